UPDATE accordant.run SET step = %(step)s, active_at = now(), finished_at = NULL, state = 'running', problem = '', summary = '{}' WHERE id = %(run_id)s;
