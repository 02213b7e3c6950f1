-- The newest errors of a run, from its operations and its quarantine.
SELECT * FROM (
    SELECT changed_at AS at, object_type, key, code, detail AS sentence
    FROM accordant.operation WHERE run_id = %(run_id)s AND code <> '' AND state <> 'applied'
    UNION ALL
    SELECT last_seen, object_type, key, code, sentence
    FROM accordant.run_trouble WHERE run_id = %(run_id)s
) AS errors
ORDER BY at DESC, key LIMIT %(most)s;
