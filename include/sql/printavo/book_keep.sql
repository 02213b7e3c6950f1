-- Keep what a person entered for orders that leave the table.
INSERT INTO printavo.company_due AS d (company, order_id, printavo_customer_due, printavo_production_due, customer_due,
                                       production_due)
SELECT %(company)s, t.order_id, t.customer_due, t.production_due, t.customer_due, t.production_due
FROM printavo.{table} AS t
WHERE EXISTS (SELECT FROM printavo.orders AS o WHERE o.id = t.order_id)
  AND NOT EXISTS (SELECT FROM printavo_staging.book AS b WHERE b.company = %(company)s AND b.order_id = t.order_id)
ON CONFLICT (company, order_id) DO UPDATE
SET customer_due = EXCLUDED.customer_due, production_due = EXCLUDED.production_due
WHERE (d.customer_due, d.production_due) IS DISTINCT FROM (EXCLUDED.customer_due, EXCLUDED.production_due);
