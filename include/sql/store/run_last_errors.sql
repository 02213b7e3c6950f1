-- The newest errors of a run, from its operations, its quarantine and its conflicts; what only waits is none.
SELECT * FROM (
    SELECT changed_at AS at, object_type, key, code, detail AS sentence
    FROM accordant.operation WHERE run_id = %(run_id)s AND code <> '' AND state <> 'applied'
    UNION ALL
    SELECT last_seen, object_type, key, code, sentence
    FROM accordant.quarantine WHERE run_id = %(run_id)s AND resolved_at IS NULL AND severity <> 'held'
    UNION ALL
    SELECT last_seen, object_type, key, code, sentence
    FROM accordant.conflict WHERE run_id = %(run_id)s AND resolved_at IS NULL
) AS errors
ORDER BY at DESC, key LIMIT %(most)s;
