-- What InvenTree has of one kind, as staged.
SELECT remote_id, key, parent, content
FROM accordant.staged_record
WHERE run_id = %(run_id)s AND side = 'theirs' AND object_type = %(object_type)s
ORDER BY seq;
