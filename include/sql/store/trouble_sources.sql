-- The sources in which earlier runs met a trouble that still stands.
SELECT DISTINCT t.source FROM accordant.quarantine AS t
JOIN accordant.run AS r ON r.id = %(run_id)s AND (t.flow, t.ours, t.theirs) = (r.flow, r.ours, r.theirs)
WHERE t.object_type = ANY(%(object_types)s) AND t.last_seen < r.read_at AND t.resolved_at IS NULL;
