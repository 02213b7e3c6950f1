-- title: A corrected due date is kept for an order that does not exist
-- severity: wrong
-- repair: none
-- next: Read everything: accordant printavo sync --full. If the order is still missing then, delete the row
SELECT 'company_due' AS place, d.company || ' ' || d.order_id AS record, 'printavo.orders has no such order.' AS detail
FROM printavo.company_due AS d
WHERE NOT EXISTS (SELECT FROM printavo.orders AS o WHERE o.id = d.order_id)
