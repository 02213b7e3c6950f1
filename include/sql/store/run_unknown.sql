SELECT seq FROM accordant.operation WHERE run_id = %(run_id)s AND state IN ('sending', 'unknown') LIMIT 1;
