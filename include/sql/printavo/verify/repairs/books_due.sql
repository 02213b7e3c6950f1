-- Notes what a company's table holds now as what was agreed, except where somebody edited it since the last run.
INSERT INTO printavo.company_due AS d (company, order_id, printavo_customer_due, printavo_production_due, customer_due,
                                       production_due)
SELECT e.company, e.order_id, e.customer_due, e.production_due, t.customer_due, t.production_due
FROM pg_temp.expected AS e JOIN printavo.{table} AS t USING (order_id)
WHERE e.company = %(company)s
  AND NOT EXISTS (SELECT FROM pg_temp.due AS x WHERE (x.company, x.order_id) = (e.company, e.order_id) AND x.edited)
ON CONFLICT (company, order_id) DO UPDATE
SET printavo_customer_due = CASE WHEN EXCLUDED.customer_due IS DISTINCT FROM EXCLUDED.printavo_customer_due
                                 THEN d.printavo_customer_due ELSE EXCLUDED.printavo_customer_due END,
    printavo_production_due = CASE WHEN EXCLUDED.production_due IS DISTINCT FROM EXCLUDED.printavo_production_due
                                   THEN d.printavo_production_due ELSE EXCLUDED.printavo_production_due END,
    customer_due = EXCLUDED.customer_due, production_due = EXCLUDED.production_due;
