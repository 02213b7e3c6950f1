UPDATE accordant.run SET reading = %(reading)s WHERE id = %(run_id)s;
