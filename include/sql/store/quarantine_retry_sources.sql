-- The sources of which a person wants another try.
SELECT source FROM accordant.quarantine
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s AND retry_at IS NOT NULL AND resolved_at IS NULL
  AND source <> ''
UNION
SELECT source FROM accordant.conflict
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s AND retry_at IS NOT NULL AND resolved_at IS NULL
  AND source <> '';
