SELECT cancel_requested_at IS NOT NULL AS cancelled FROM accordant.run WHERE id = %(run_id)s;
