-- The documents of a run, in the order they were read.
SELECT key, content FROM accordant.staged_record
WHERE run_id = %(run_id)s AND side = 'ours' AND object_type = 'document'
ORDER BY seq;
