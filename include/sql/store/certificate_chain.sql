SELECT id, position, previous, content, run_id, matches FROM accordant.certificate WHERE flow = %(flow)s ORDER BY position;
