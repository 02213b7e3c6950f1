SELECT * FROM accordant.certificate WHERE run_id::text = %(run_id)s;
