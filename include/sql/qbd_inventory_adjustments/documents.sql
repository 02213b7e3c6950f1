-- All adjustments of one side as they were last seen. One that validation refused has the content of when it was last
-- good; one that never was good counts for nothing.
SELECT key, content, mark, gone FROM accordant.side_record
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s AND side = %(side)s
  AND object_type = 'inventory_adjustment' AND NOT content ? 'refused'
ORDER BY key COLLATE "C";
