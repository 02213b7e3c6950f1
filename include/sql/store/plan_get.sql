-- The plan of a run, or the newest plan whose id begins so.
SELECT p.*, r.flow, r.ours, r.theirs, r.mode, r.state AS run_state
FROM accordant.plan AS p JOIN accordant.run AS r ON r.id = p.run_id
WHERE p.run_id::text = %(plan)s OR p.id LIKE %(prefix)s
ORDER BY p.created_at DESC LIMIT 1;
