SELECT EXTRACT(epoch FROM clock_timestamp() - changed_at)::float8 AS seconds FROM accordant.operation
WHERE run_id = %(run_id)s AND seq = %(seq)s;
