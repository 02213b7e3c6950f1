-- What the rules for inventory adjustments read: one row per record of the WMS that is new or changed.
SELECT s.seq,
       NULLIF(s.content->>'transaction_date', '') AS transaction_date,
       jsonb_array_length(s.content->'lines') AS lines,
       (SELECT count(*) FROM jsonb_array_elements(s.content->'lines') AS line
        WHERE COALESCE(line->>'item', '') = '') AS lines_without_item,
       (SELECT count(*) FROM jsonb_array_elements(s.content->'lines') AS line
        WHERE COALESCE((line->>'quantity_difference')::numeric, 0) = 0
          AND COALESCE((line->>'value_difference')::numeric, 0) = 0) AS lines_without_amount
FROM accordant.staged_record AS s
WHERE s.run_id = '{run_id}' AND s.side = 'ours' AND s.object_type = 'inventory_adjustment' AND NOT s.gone
  AND (s.content->>'is_active')::boolean
