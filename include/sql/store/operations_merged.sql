-- All operations of a run were applied at once, but for those whose record somebody changed meanwhile.
UPDATE accordant.operation
SET state = CASE WHEN key = ANY(%(moved)s) THEN 'refused' ELSE 'applied' END, changed_at = now()
WHERE run_id = %(run_id)s AND state = 'planned';
