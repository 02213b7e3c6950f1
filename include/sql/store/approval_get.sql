-- The answer that waits for the next run of this plan.
SELECT decision, given_by, given_at FROM accordant.approval WHERE plan_id = %(plan_id)s;
