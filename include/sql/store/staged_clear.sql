-- A step that is tried again stages anew.
DELETE FROM accordant.staged_record WHERE run_id = %(run_id)s AND side = %(side)s;
