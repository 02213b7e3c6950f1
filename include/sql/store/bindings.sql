SELECT object_type, key, remote_id, base, base_hash, parent, source, sealed_hash
FROM accordant.binding
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s
  AND object_type = %(object_type)s AND key = ANY(%(keys)s);
