-- A run that is done again has a certificate for each time; the last one counts.
SELECT * FROM accordant.certificate WHERE run_id::text = %(run_id)s ORDER BY position DESC LIMIT 1;
