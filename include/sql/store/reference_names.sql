-- What people call the records that others refer to: by our key, or by @ and the other side's id.
SELECT object_type, reference, min(name) AS name FROM (
    SELECT object_type, CASE side WHEN 'ours' THEN key ELSE '@' || key END AS reference, name
    FROM accordant.side_record
    WHERE flow = ANY(%(flows)s) AND ours = %(ours)s AND theirs = %(theirs)s
      AND object_type = ANY(%(object_types)s)
      AND (side = 'ours' AND key = ANY(%(references)s) OR side = 'theirs' AND key = ANY(%(remote_ids)s))
    UNION ALL
    SELECT object_type, key, name FROM accordant.operation
    WHERE run_id = %(run_id)s AND key = ANY(%(references)s)
) AS known
WHERE name <> ''
GROUP BY object_type, reference;
