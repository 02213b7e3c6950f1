-- title: A company's table does not hold exactly the orders that it should
-- severity: wrong
-- repair: books
-- next: Have the table written anew (accordant printavo verify --repair); the next run does it too
SELECT e.company || '_orders' AS place, e.order_id || coalesce(' (number ' || e.visual_id || ')', '') AS record,
       'The order is missing: it belongs to the company and its status'
       || coalesce(' ' || e.status, '') || ' is not hidden.' AS detail
FROM pg_temp.expected AS e
WHERE NOT EXISTS (SELECT FROM pg_temp.book AS b WHERE (b.company, b.order_id) = (e.company, e.order_id))
UNION ALL
SELECT b.company || '_orders', b.order_id || coalesce(' (number ' || b.visual_id || ')', ''),
       CASE WHEN o.gone_at IS NOT NULL THEN 'It should not be there: Printavo does not have the order any more.'
            WHEN h.status_id IS NOT NULL THEN 'It should not be there: its status ' || coalesce(s.name, o.status_id) || ' is hidden.'
            ELSE 'It should not be there: neither its customer nor its contact belongs to the company.' END
FROM pg_temp.book AS b
JOIN printavo.orders AS o ON o.id = b.order_id
LEFT JOIN pg_temp.hidden AS h ON (h.company, h.status_id) = (b.company, o.status_id)
LEFT JOIN printavo.status AS s ON s.id = o.status_id
WHERE NOT EXISTS (SELECT FROM pg_temp.expected AS e WHERE (e.company, e.order_id) = (b.company, b.order_id))
