-- Ask for another try of the sources of these entries ('Q12'); all of the flow where none is named.
UPDATE accordant.quarantine SET retry_at = now()
WHERE flow = %(flow)s AND resolved_at IS NULL
  AND (cardinality(%(ids)s::text[]) = 0 OR 'Q' || id = ANY(%(ids)s))
RETURNING source;
