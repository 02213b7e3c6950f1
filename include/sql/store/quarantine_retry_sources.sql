SELECT DISTINCT source FROM accordant.quarantine
WHERE flow = %(flow)s AND ours = %(ours)s AND retry_at IS NOT NULL AND resolved_at IS NULL AND source <> '';
