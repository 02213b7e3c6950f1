-- What waits, conflicts included, newest first.
SELECT * FROM (
    SELECT 'Q' || id AS id, flow, severity, object_type, key, parent, source, code, field, value, sentence, actor,
           action, first_seen, last_seen, retry_at, run_id
    FROM accordant.quarantine WHERE resolved_at IS NULL
    UNION ALL
    SELECT 'C' || id, flow, 'conflict', object_type, key, parent, source, code, field,
           COALESCE(our_value, '') || ' / ' || COALESCE(their_value, ''), sentence, actor, action, first_seen,
           last_seen, retry_at, run_id
    FROM accordant.conflict WHERE resolved_at IS NULL
) AS waiting
WHERE (%(flow)s = '' OR flow = %(flow)s) AND (%(run_id)s = '' OR run_id::text = %(run_id)s)
ORDER BY last_seen DESC, source, key, code LIMIT %(most)s;
