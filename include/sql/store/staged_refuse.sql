UPDATE accordant.staged_record SET valid = false WHERE run_id = %(run_id)s AND seq = ANY(%(seqs)s);
