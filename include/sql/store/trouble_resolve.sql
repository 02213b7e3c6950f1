-- A source that was read again and no longer shows a trouble has it resolved.
WITH quarantined AS (
    UPDATE accordant.quarantine AS t SET resolved_at = now()
    FROM accordant.run AS r
    WHERE r.id = %(run_id)s AND (t.flow, t.ours, t.theirs) = (r.flow, r.ours, r.theirs) AND t.source = ANY(%(sources)s)
      AND t.last_seen < r.read_at AND t.resolved_at IS NULL
    RETURNING 1),
conflicting AS (
    UPDATE accordant.conflict AS t SET resolved_at = now()
    FROM accordant.run AS r
    WHERE r.id = %(run_id)s AND (t.flow, t.ours, t.theirs) = (r.flow, r.ours, r.theirs) AND t.source = ANY(%(sources)s)
      AND t.last_seen < r.read_at AND t.resolved_at IS NULL
    RETURNING 1)
SELECT (SELECT count(*) FROM quarantined) + (SELECT count(*) FROM conflicting) AS resolved;
