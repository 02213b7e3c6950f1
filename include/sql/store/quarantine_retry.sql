-- Ask for another try of the sources of these entries ('Q12', 'C3'); of all that did not go where none is named.
WITH quarantined AS (
    UPDATE accordant.quarantine SET retry_at = now()
    WHERE flow = %(flow)s AND resolved_at IS NULL
      AND (cardinality(%(ids)s::text[]) = 0 AND severity <> 'warning' OR 'Q' || id = ANY(%(ids)s))
    RETURNING source),
conflicting AS (
    UPDATE accordant.conflict SET retry_at = now()
    WHERE flow = %(flow)s AND resolved_at IS NULL
      AND (cardinality(%(ids)s::text[]) = 0 OR 'C' || id = ANY(%(ids)s))
    RETURNING source)
SELECT source FROM quarantined UNION SELECT source FROM conflicting;
