SELECT object_type, severity, count(DISTINCT (source, key)) AS records
FROM accordant.run_trouble
WHERE run_id = %(run_id)s
GROUP BY object_type, severity ORDER BY object_type, severity;
