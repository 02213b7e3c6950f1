-- What was read back of both sides, in the order it was read.
SELECT object_type, key, content FROM accordant.staged_record
WHERE run_id = %(run_id)s AND side = 'proof'
ORDER BY seq;
