-- A run that read all records but those of some types resolves what it no longer met of the others.
WITH quarantined AS (
    UPDATE accordant.quarantine AS t SET resolved_at = now()
    FROM accordant.run AS r
    WHERE r.id = %(run_id)s AND (t.flow, t.ours, t.theirs) = (r.flow, r.ours, r.theirs)
      AND t.object_type <> ALL(%(but)s) AND t.last_seen < r.read_at AND t.resolved_at IS NULL
    RETURNING 1),
conflicting AS (
    UPDATE accordant.conflict AS t SET resolved_at = now()
    FROM accordant.run AS r
    WHERE r.id = %(run_id)s AND (t.flow, t.ours, t.theirs) = (r.flow, r.ours, r.theirs)
      AND t.object_type <> ALL(%(but)s) AND t.last_seen < r.read_at AND t.resolved_at IS NULL
    RETURNING 1)
SELECT (SELECT count(*) FROM quarantined) + (SELECT count(*) FROM conflicting) AS resolved;
