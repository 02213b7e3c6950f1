-- Remote ids that are bound already, so that none is linked twice.
SELECT remote_id, key FROM accordant.binding
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s AND object_type = %(object_type)s
  AND remote_id = ANY(%(remote_ids)s)
ORDER BY remote_id, key COLLATE "C";
