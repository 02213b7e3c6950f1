-- A later run of the same flow and accounts that made a plan: older plans are overtaken.
SELECT r.id::text AS run FROM accordant.plan AS mine
JOIN accordant.run AS own ON own.id = mine.run_id
JOIN accordant.plan AS p ON p.created_at > mine.created_at AND p.decision IN ('within_limits', 'approved')
JOIN accordant.run AS r ON r.id = p.run_id AND r.mode = 'apply' AND r.state <> 'running'
WHERE mine.run_id = %(run_id)s AND (r.flow, r.ours, r.theirs) = (own.flow, own.ours, own.theirs)
ORDER BY p.created_at LIMIT 1;
