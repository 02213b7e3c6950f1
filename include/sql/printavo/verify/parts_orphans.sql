-- title: A part belongs to an order, a group or a line item that is not in the tables
-- severity: wrong
-- repair: none
-- next: Read everything: accordant printavo sync --full. What is still named then was not written by a run: delete it
WITH parts AS (
    SELECT 'line_item_group' AS place, id AS record, order_id, NULL AS group_id, NULL AS line_item_id
    FROM printavo.line_item_group WHERE gone_at IS NULL
    UNION ALL SELECT 'line_item', id, order_id, group_id, NULL FROM printavo.line_item WHERE gone_at IS NULL
    UNION ALL SELECT 'line_item_size', line_item_id || ' ' || size, order_id, NULL, line_item_id
    FROM printavo.line_item_size WHERE gone_at IS NULL
    UNION ALL SELECT 'fee', id, order_id, NULL, NULL FROM printavo.fee WHERE gone_at IS NULL
    UNION ALL SELECT 'payment', id, order_id, NULL, NULL FROM printavo.payment WHERE gone_at IS NULL)
SELECT p.place, p.record,
       concat_ws(' ', CASE WHEN o.id IS NULL THEN 'Its order ' || p.order_id || ' is missing.' END,
                 CASE WHEN p.group_id IS NOT NULL AND g.id IS NULL THEN 'Its group ' || p.group_id || ' is missing.' END,
                 CASE WHEN p.line_item_id IS NOT NULL AND l.id IS NULL
                      THEN 'Its line item ' || p.line_item_id || ' is missing.' END) AS detail
FROM parts AS p
LEFT JOIN printavo.orders AS o ON o.id = p.order_id
LEFT JOIN printavo.line_item_group AS g ON g.id = p.group_id
LEFT JOIN printavo.line_item AS l ON l.id = p.line_item_id
WHERE o.id IS NULL OR (p.group_id IS NOT NULL AND g.id IS NULL) OR (p.line_item_id IS NOT NULL AND l.id IS NULL)
