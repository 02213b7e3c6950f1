-- What the rules for articles read: one row per article. What is no object is refused for that alone.
SELECT seq,
       (content->>'is_object')::boolean AS is_object,
       content->>'mark' AS mark,
       CASE WHEN (content->>'is_object')::boolean THEN content->>'name' ELSE '-' END AS name,
       content->>'code' AS code,
       CASE WHEN (content->>'is_object')::boolean THEN (content->>'quantity')::numeric ELSE 0 END AS quantity,
       scale((content->>'quantity')::numeric) AS quantity_places,
       content->>'quantity_given' AS quantity_given,
       CASE WHEN (content->>'is_object')::boolean THEN (content->>'price')::numeric ELSE 0 END AS price,
       scale((content->>'price')::numeric) AS price_places,
       content->>'price_given' AS price_given,
       (content->>'notes_length')::integer AS notes_length,
       content->>'notes' AS notes
FROM accordant.staged_record
WHERE run_id = '{run_id}' AND side = 'ours' AND object_type = 'sales_order_line'
