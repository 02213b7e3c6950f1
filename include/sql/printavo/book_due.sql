-- What Printavo says of the due dates, and what was decided.
INSERT INTO printavo.company_due AS d (company, order_id, printavo_customer_due, printavo_production_due, customer_due,
                                       production_due, source)
SELECT company, order_id, printavo_customer_due, printavo_production_due, customer_due, production_due,
       CASE due_from WHEN 'CSV' THEN 'CSV' ELSE '' END
FROM printavo_staging.book WHERE company = %(company)s AND order_id <> ALL(%(moved)s)
ON CONFLICT (company, order_id) DO UPDATE
SET printavo_customer_due = EXCLUDED.printavo_customer_due, printavo_production_due = EXCLUDED.printavo_production_due,
    customer_due = EXCLUDED.customer_due, production_due = EXCLUDED.production_due, source = EXCLUDED.source
WHERE (d.printavo_customer_due, d.printavo_production_due, d.customer_due, d.production_due, d.source)
      IS DISTINCT FROM (EXCLUDED.printavo_customer_due, EXCLUDED.printavo_production_due, EXCLUDED.customer_due,
                        EXCLUDED.production_due, EXCLUDED.source);
