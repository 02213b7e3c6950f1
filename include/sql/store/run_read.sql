-- The run reads our side now.
UPDATE accordant.run SET read_at = clock_timestamp() WHERE id = %(run_id)s;
