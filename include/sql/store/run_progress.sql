SELECT object_type, action, total, applied, failed, unknown, held, open
FROM accordant.run_progress WHERE run_id = %(run_id)s
ORDER BY object_type, action;
