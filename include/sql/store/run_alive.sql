UPDATE accordant.run SET active_at = now() WHERE id = %(run_id)s;
