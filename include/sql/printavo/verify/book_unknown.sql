-- title: A company's table holds an order that the table of all orders does not have
-- severity: wrong
-- repair: none
-- next: Read everything: accordant printavo sync --full. It brings the order back if Printavo has it, and otherwise takes it out here
SELECT b.company || '_orders' AS place, b.order_id || coalesce(' (number ' || b.visual_id || ')', '') AS record,
       'printavo.orders has no such order.' AS detail
FROM pg_temp.book AS b
WHERE NOT EXISTS (SELECT FROM printavo.orders AS o WHERE o.id = b.order_id)
