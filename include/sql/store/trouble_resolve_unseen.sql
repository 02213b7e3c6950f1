-- A plan that no longer meets a trouble resolves it; what validation refused stands until the record changes.
WITH quarantined AS (
    UPDATE accordant.quarantine AS t SET resolved_at = now()
    FROM accordant.run AS r
    WHERE r.id = %(run_id)s AND (t.flow, t.ours, t.theirs) = (r.flow, r.ours, r.theirs)
      AND t.last_seen < r.read_at AND t.resolved_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM accordant.side_record AS s
                      WHERE (s.flow, s.ours, s.theirs) = (r.flow, r.ours, r.theirs) AND s.object_type = t.object_type
                        AND s.key = ltrim(t.key, '@') AND NOT s.valid AND NOT s.gone)
    RETURNING 1),
conflicting AS (
    UPDATE accordant.conflict AS t SET resolved_at = now()
    FROM accordant.run AS r
    WHERE r.id = %(run_id)s AND (t.flow, t.ours, t.theirs) = (r.flow, r.ours, r.theirs)
      AND t.last_seen < r.read_at AND t.resolved_at IS NULL
    RETURNING 1)
SELECT (SELECT count(*) FROM quarantined) + (SELECT count(*) FROM conflicting) AS resolved;
