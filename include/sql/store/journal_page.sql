-- The next open operations of a phase after a place in the plan. seq follows phase and group.
SELECT o.*, r.id::text AS run FROM accordant.operation AS o JOIN accordant.run AS r ON r.id = o.run_id
WHERE o.run_id = %(run_id)s AND o.phase = %(phase)s AND o.seq > %(after)s
  AND o.state IN ('planned', 'sending', 'unknown', 'held')
ORDER BY o.seq LIMIT %(most)s;
