SELECT id, position, run_id, matches, created_at FROM accordant.certificate
WHERE flow = %(flow)s ORDER BY position DESC LIMIT 1;
