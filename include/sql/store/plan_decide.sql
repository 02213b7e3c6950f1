UPDATE accordant.plan SET decision = %(decision)s, decided_by = %(by)s, decided_at = now()
WHERE run_id = %(run_id)s;
