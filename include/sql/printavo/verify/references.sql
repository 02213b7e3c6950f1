-- title: A record names another that is missing, or that Printavo does not have any more
-- severity: wrong
-- repair: none
-- next: Read everything: accordant printavo sync --full
SELECT 'orders' AS place, o.id || coalesce(' (number ' || o.visual_id || ')', '') AS record,
       'Its ' || v.kind || ' ' || v.id || CASE WHEN v.there THEN ' is gone.' ELSE ' is not in the tables.' END AS detail
FROM printavo.orders AS o
LEFT JOIN printavo.status AS s ON s.id = o.status_id
LEFT JOIN printavo.contact AS c ON c.id = o.contact_id
LEFT JOIN printavo.customer AS k ON k.id = o.customer_id
CROSS JOIN LATERAL (VALUES
    ('status', o.status_id, s.id IS NOT NULL, s.gone_at), ('contact', o.contact_id, c.id IS NOT NULL, c.gone_at),
    ('customer', o.customer_id, k.id IS NOT NULL, k.gone_at)
) AS v (kind, id, there, gone_at)
WHERE o.gone_at IS NULL AND v.id IS NOT NULL AND (NOT v.there OR v.gone_at IS NOT NULL)
UNION ALL
SELECT 'contact', c.id || coalesce(' (' || c.full_name || ')', ''),
       'Its customer ' || c.customer_id || CASE WHEN k.id IS NULL THEN ' is not in the tables.' ELSE ' is gone.' END
FROM printavo.contact AS c
LEFT JOIN printavo.customer AS k ON k.id = c.customer_id
WHERE c.gone_at IS NULL AND c.customer_id IS NOT NULL AND (k.id IS NULL OR k.gone_at IS NOT NULL)
