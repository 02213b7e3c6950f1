-- A source that was read again and no longer shows a trouble has it resolved.
WITH quarantined AS (
    UPDATE accordant.quarantine SET resolved_at = now()
    WHERE flow = %(flow)s AND ours = %(ours)s AND source = ANY(%(sources)s)
      AND run_id <> %(run_id)s AND resolved_at IS NULL
    RETURNING 1),
conflicting AS (
    UPDATE accordant.conflict SET resolved_at = now()
    WHERE flow = %(flow)s AND ours = %(ours)s AND source = ANY(%(sources)s)
      AND run_id <> %(run_id)s AND resolved_at IS NULL
    RETURNING 1)
SELECT (SELECT count(*) FROM quarantined) + (SELECT count(*) FROM conflicting) AS resolved;
