DELETE FROM accordant.operation WHERE run_id = %(run_id)s;
