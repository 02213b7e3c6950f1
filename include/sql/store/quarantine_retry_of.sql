-- Ask for another try of these sources, of all where none is named; what is only a warning is left alone.
WITH quarantined AS (
    UPDATE accordant.quarantine SET retry_at = now()
    WHERE flow = %(flow)s AND ours = %(ours)s AND resolved_at IS NULL AND severity <> 'warning'
      AND (%(sources)s::text[] IS NULL OR source = ANY(%(sources)s))
    RETURNING 1),
conflicting AS (
    UPDATE accordant.conflict SET retry_at = now()
    WHERE flow = %(flow)s AND ours = %(ours)s AND resolved_at IS NULL
      AND (%(sources)s::text[] IS NULL OR source = ANY(%(sources)s))
    RETURNING 1)
SELECT (SELECT count(*) FROM quarantined) + (SELECT count(*) FROM conflicting) AS marked;
