-- title: A part is not marked as gone although what it belongs to is gone
-- severity: wrong
-- repair: parts
-- next: Have it marked (accordant printavo verify --repair)
WITH parts AS (
    SELECT 'line_item_group' AS place, id AS record, order_id, NULL AS group_id, NULL AS line_item_id
    FROM printavo.line_item_group WHERE gone_at IS NULL
    UNION ALL SELECT 'line_item', id, order_id, group_id, NULL FROM printavo.line_item WHERE gone_at IS NULL
    UNION ALL SELECT 'line_item_size', line_item_id || ' ' || size, order_id, NULL, line_item_id
    FROM printavo.line_item_size WHERE gone_at IS NULL
    UNION ALL SELECT 'fee', id, order_id, NULL, NULL FROM printavo.fee WHERE gone_at IS NULL
    UNION ALL SELECT 'payment', id, order_id, NULL, NULL FROM printavo.payment WHERE gone_at IS NULL)
SELECT p.place, p.record,
       concat_ws(' ', CASE WHEN o.gone_at IS NOT NULL THEN 'Its order ' || p.order_id || ' is gone.' END,
                 CASE WHEN g.gone_at IS NOT NULL THEN 'Its group ' || p.group_id || ' is gone.' END,
                 CASE WHEN l.gone_at IS NOT NULL THEN 'Its line item ' || p.line_item_id || ' is gone.' END) AS detail
FROM parts AS p
LEFT JOIN printavo.orders AS o ON o.id = p.order_id
LEFT JOIN printavo.line_item_group AS g ON g.id = p.group_id
LEFT JOIN printavo.line_item AS l ON l.id = p.line_item_id
WHERE o.gone_at IS NOT NULL OR g.gone_at IS NOT NULL OR l.gone_at IS NOT NULL
