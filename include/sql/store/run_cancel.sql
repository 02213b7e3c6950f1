UPDATE accordant.run SET cancel_requested_at = now()
WHERE id = %(run_id)s AND state = 'running';
