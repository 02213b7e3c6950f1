SELECT object_type, severity, count(*) AS records
FROM accordant.trouble
WHERE run_id = %(run_id)s AND resolved_at IS NULL
GROUP BY object_type, severity ORDER BY object_type, severity;
