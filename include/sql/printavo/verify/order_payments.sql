-- title: The payments of an order are not what Printavo says is paid
-- severity: notice
-- repair: none
-- next: Look at the payments of the order in Printavo: the tables hold what Printavo says
SELECT 'orders' AS place, o.id || coalesce(' (number ' || o.visual_id || ')', '') AS record,
       'Its payments less refunds, returns and voids are ' || coalesce(p.amount, 0) || '; as paid stand ' || o.amount_paid || '.' AS detail
FROM printavo.orders AS o
LEFT JOIN (SELECT order_id, sum(CASE kind WHEN 'payment' THEN amount WHEN 'payment_dispute' THEN 0 ELSE -amount END) AS amount
           FROM printavo.payment WHERE gone_at IS NULL GROUP BY order_id) AS p ON p.order_id = o.id
WHERE o.gone_at IS NULL AND abs(o.amount_paid - coalesce(p.amount, 0)) > 0.01
