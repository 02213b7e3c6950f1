SELECT id, position, previous, content, run_id FROM accordant.certificate WHERE flow = %(flow)s ORDER BY position;
