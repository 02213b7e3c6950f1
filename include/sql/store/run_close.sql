UPDATE accordant.run
SET state = %(state)s, problem = %(problem)s, summary = %(summary)s, finished_at = now()
WHERE id = %(run_id)s
RETURNING *;
