-- All records of one side as they were last seen.
SELECT key, content, hash, revision, changed_at, gone, name, mark FROM accordant.side_record
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s AND side = %(side)s AND object_type = %(object_type)s
  AND valid
ORDER BY key COLLATE "C";
