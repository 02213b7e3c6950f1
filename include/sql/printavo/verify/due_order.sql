-- title: A due date is out of order
-- severity: notice
-- repair: none
-- next: Correct the date in Printavo, or in the company's table
SELECT 'orders' AS place, id || coalesce(' (number ' || visual_id || ')', '') AS record,
       'The customer''s date ' || customer_due || ' is before the order was made, ' || created_on || '.' AS detail
FROM printavo.orders WHERE gone_at IS NULL AND customer_due < created_on
UNION ALL
SELECT 'orders', id || coalesce(' (number ' || visual_id || ')', ''),
       'Production is due ' || production_due || ', after the customer''s date ' || customer_due || '.'
FROM printavo.orders WHERE gone_at IS NULL AND production_due::date > customer_due
