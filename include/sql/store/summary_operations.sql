SELECT object_type,
       count(*) AS planned,
       count(*) FILTER (WHERE state = 'applied') AS applied,
       count(*) FILTER (WHERE state = 'applied' AND action = 'create') AS created,
       count(*) FILTER (WHERE state = 'applied' AND action = 'update') AS updated,
       count(*) FILTER (WHERE state = 'applied' AND action = 'link') AS linked,
       count(*) FILTER (WHERE state IN ('unknown', 'sending')) AS unknown,
       count(*) FILTER (WHERE state = 'held') AS held,
       count(*) FILTER (WHERE state IN ('planned', 'refused')) AS to_do
FROM accordant.operation WHERE run_id = %(run_id)s
GROUP BY object_type ORDER BY object_type;
