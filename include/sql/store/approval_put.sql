INSERT INTO accordant.approval (plan_id, decision, given_by) VALUES (%(plan_id)s, %(decision)s, %(by)s)
ON CONFLICT (plan_id) DO UPDATE
SET decision = EXCLUDED.decision, given_by = EXCLUDED.given_by, given_at = now();
