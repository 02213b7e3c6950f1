-- Rows whose due dates somebody changed since the plan was made: left as they are; the next plan takes them up.
SELECT b.order_id FROM printavo_staging.book AS b
LEFT JOIN printavo.{table} AS t USING (order_id)
WHERE b.company = %(company)s AND ((b.shown AND t.order_id IS NULL) OR (t.order_id IS NOT NULL
  AND (NOT b.shown OR (t.customer_due, t.production_due) IS DISTINCT FROM (b.seen_customer_due, b.seen_production_due))
  AND (t.customer_due, t.production_due) IS DISTINCT FROM (b.customer_due, b.production_due)));
