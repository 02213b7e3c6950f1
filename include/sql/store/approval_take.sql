-- An answer serves one run.
DELETE FROM accordant.approval WHERE plan_id = %(plan_id)s RETURNING decision, given_by;
