-- Writes whose outcome is not known, of one flow and pair of accounts. Under the flow's lock their process is dead.
SELECT o.*, o.run_id::text AS run FROM accordant.operation AS o
WHERE o.flow = %(flow)s AND o.ours = %(ours)s AND o.theirs = %(theirs)s
  AND o.state IN ('sending', 'unknown')
ORDER BY o.changed_at, o.run_id, o.seq;
