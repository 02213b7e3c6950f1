-- title: An order or a contact names nobody
-- severity: notice
-- repair: none
-- next: Complete it in Printavo, if it matters
SELECT 'orders' AS place, o.id || coalesce(' (number ' || o.visual_id || ')', '') AS record,
       'It has no ' || concat_ws(', no ', CASE WHEN o.status_id IS NULL THEN 'status' END,
                                 CASE WHEN o.contact_id IS NULL THEN 'contact' END,
                                 CASE WHEN o.customer_id IS NULL THEN 'customer' END) || '.' AS detail
FROM printavo.orders AS o
WHERE o.gone_at IS NULL AND (o.status_id IS NULL OR o.contact_id IS NULL OR o.customer_id IS NULL)
UNION ALL
SELECT 'contact', c.id || coalesce(' (' || c.full_name || ')', ''), 'It has no customer.'
FROM printavo.contact AS c
WHERE c.gone_at IS NULL AND c.customer_id IS NULL
