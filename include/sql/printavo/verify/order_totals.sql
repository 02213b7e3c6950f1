-- title: What is paid and what is outstanding do not add up to the total of an order
-- severity: notice
-- repair: none
-- next: Look at the order in Printavo: the tables hold what Printavo says
SELECT 'orders' AS place, id || coalesce(' (number ' || visual_id || ')', '') AS record,
       'The total is ' || total || '; paid ' || amount_paid || ' and outstanding ' || amount_outstanding || ' make '
       || amount_paid + amount_outstanding || '.' AS detail
FROM printavo.orders
WHERE gone_at IS NULL AND abs(total - amount_paid - amount_outstanding) > 0.01
