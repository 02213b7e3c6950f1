SELECT side, object_type, count(*) AS records, count(*) FILTER (WHERE valid) AS valid
FROM accordant.staged_record WHERE run_id = %(run_id)s
GROUP BY side, object_type ORDER BY side, object_type;
