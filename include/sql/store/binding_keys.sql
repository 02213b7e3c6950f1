SELECT key, remote_id FROM accordant.binding
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s AND object_type = %(object_type)s
  AND key = ANY(%(keys)s);
