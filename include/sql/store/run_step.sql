UPDATE accordant.run SET step = %(step)s, state = 'running', problem = '' WHERE id = %(run_id)s;
