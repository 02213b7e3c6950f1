-- Takes orders out of a company's table that should not be there, and keeps what a person entered for them.
WITH away AS (
    DELETE FROM printavo.{table} AS t USING printavo.orders AS o
    WHERE o.id = t.order_id
      AND NOT EXISTS (SELECT FROM pg_temp.expected AS e WHERE (e.company, e.order_id) = (%(company)s, t.order_id))
    RETURNING t.order_id, t.customer_due, t.production_due)
INSERT INTO printavo.company_due AS d (company, order_id, printavo_customer_due, printavo_production_due, customer_due,
                                       production_due)
SELECT %(company)s, order_id, customer_due, production_due, customer_due, production_due FROM away
ON CONFLICT (company, order_id) DO UPDATE
SET customer_due = EXCLUDED.customer_due, production_due = EXCLUDED.production_due;
