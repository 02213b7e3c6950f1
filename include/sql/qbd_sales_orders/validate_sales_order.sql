-- What the rules for sales orders read: one row per record of the WMS that is new or changed.
SELECT s.seq,
       NULLIF(s.content->>'customer', '') AS customer,
       NULLIF(s.content->>'ref_number', '') AS ref_number,
       NULLIF(s.content->>'transaction_date', '') AS transaction_date,
       (SELECT name || ': ' || line.value
        FROM (VALUES ('billing_address'), ('shipping_address')) AS address (name),
             jsonb_each_text(CASE jsonb_typeof(s.content->name) WHEN 'object' THEN s.content->name ELSE '{{}}' END) AS line
        WHERE length(line.value) > CASE line.key WHEN 'city' THEN 31 WHEN 'state' THEN 21 WHEN 'postal_code' THEN 13
                                                 WHEN 'country' THEN 255 ELSE 41 END
        ORDER BY name, line.key LIMIT 1) AS long_address_line,
       jsonb_array_length(s.content->'lines') AS lines
FROM accordant.staged_record AS s
WHERE s.run_id = '{run_id}' AND s.side = 'ours' AND s.object_type = 'sales_order' AND NOT s.gone
