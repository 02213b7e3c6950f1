SELECT system, count(*) AS calls, count(*) FILTER (WHERE is_write) AS writes,
       count(*) FILTER (WHERE status IS NULL OR status >= 400) AS failed
FROM accordant.api_call WHERE run_id = %(run_id)s
GROUP BY system ORDER BY system;
