-- Writes of dead runs whose outcome is not known, of one flow and pair of accounts.
SELECT o.*, o.run_id::text AS run FROM accordant.operation AS o
WHERE o.flow = %(flow)s AND o.ours = %(ours)s AND o.theirs = %(theirs)s AND o.run_id <> %(run_id)s
  AND o.state IN ('sending', 'unknown')
ORDER BY o.changed_at, o.run_id, o.seq;
