-- What the rules for customers read: one row per record of the WMS that is new or changed.
SELECT s.seq,
       NULLIF(s.content->>'name', '') AS name,
       CASE WHEN s.content->>'name' ~ ':' THEN s.content->>'name' END AS name_with_colon,
       NULLIF(s.content->>'company_name', '') AS company_name,
       NULLIF(s.content->>'first_name', '') AS first_name,
       NULLIF(s.content->>'last_name', '') AS last_name,
       NULLIF(s.content->>'phone', '') AS phone,
       (SELECT name || ': ' || line.value
        FROM (VALUES ('billing_address'), ('shipping_address')) AS address (name),
             jsonb_each_text(CASE jsonb_typeof(s.content->name) WHEN 'object' THEN s.content->name ELSE '{{}}' END) AS line
        WHERE length(line.value) > CASE line.key WHEN 'city' THEN 31 WHEN 'state' THEN 21 WHEN 'postal_code' THEN 13
                                                 WHEN 'country' THEN 255 ELSE 41 END
        ORDER BY name, line.key LIMIT 1) AS long_address_line
FROM accordant.staged_record AS s
WHERE s.run_id = '{run_id}' AND s.side = 'ours' AND s.object_type = 'customer' AND NOT s.gone
