-- The answer counts for the plan that was asked about, and only while it waits.
UPDATE accordant.plan SET decision = %(decision)s, decided_by = %(by)s, decided_at = now()
WHERE run_id = %(run_id)s AND id = %(plan_id)s AND decision = 'waiting';
