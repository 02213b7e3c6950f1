UPDATE accordant.operation
SET state = %(state)s, remote_id = COALESCE(NULLIF(%(remote_id)s, ''), remote_id), code = %(code)s,
    detail = %(detail)s, changed_at = clock_timestamp()
WHERE run_id = %(run_id)s AND seq = %(seq)s;
