-- What QuickBooks has under these names or numbers.
SELECT s.key, s.content, s.remote_id
FROM accordant.staged_record AS s
WHERE s.run_id = %(run_id)s AND s.side = 'theirs' AND s.object_type = %(object_type)s AND s.key = ANY(%(keys)s)
ORDER BY s.key, s.seq;
