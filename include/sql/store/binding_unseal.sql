-- These records are about to change: no old seal may vouch for them.
UPDATE accordant.binding SET sealed_hash = ''
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s
  AND object_type = %(object_type)s AND key = ANY(%(keys)s) AND sealed_hash <> '';
