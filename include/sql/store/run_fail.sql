UPDATE accordant.run SET state = %(state)s, problem = %(problem)s, finished_at = now() WHERE id = %(run_id)s;
