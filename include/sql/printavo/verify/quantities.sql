-- title: The sizes do not add up to the quantity
-- severity: notice
-- repair: none
-- next: Look at the order in Printavo: the tables hold what Printavo says
SELECT 'orders' AS place, o.id || coalesce(' (number ' || o.visual_id || ')', '') AS record,
       'The quantity is ' || o.quantity || '; its sizes make ' || coalesce(s.count, 0) || '.' AS detail
FROM printavo.orders AS o
LEFT JOIN (SELECT order_id, sum(count) AS count FROM printavo.line_item_size WHERE gone_at IS NULL GROUP BY order_id) AS s
       ON s.order_id = o.id
WHERE o.gone_at IS NULL AND o.quantity <> coalesce(s.count, 0)
