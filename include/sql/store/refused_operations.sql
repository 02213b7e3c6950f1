-- What the target refused and nobody asked to try again: it is not sent again as it is.
SELECT object_type, key, source, operation_hash, code, field, sentence FROM accordant.quarantine
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s AND operation_hash <> '' AND retry_at IS NULL
  AND resolved_at IS NULL;
