-- The due dates in the companies' tables beside Printavo's own, and beside what the last run noted of both.
-- edited: they are not as the last run left them. *_corrected: the last run kept a date that is not Printavo's.
CREATE TEMP TABLE due ON COMMIT DROP AS
SELECT b.company, b.order_id, b.order_id || coalesce(' (number ' || e.visual_id || ')', '') AS record, b.due_from,
       b.customer_due, b.production_due, e.customer_due AS printavo_customer_due, e.production_due AS printavo_production_due,
       d.printavo_customer_due AS noted_customer_due, d.printavo_production_due AS noted_production_due,
       coalesce(d.source, '') AS source,
       CASE WHEN d.order_id IS NULL
            THEN (b.customer_due, b.production_due) IS DISTINCT FROM (e.customer_due, e.production_due)
            ELSE (b.customer_due, b.production_due) IS DISTINCT FROM (d.customer_due, d.production_due) END AS edited,
       d.order_id IS NOT NULL AND d.customer_due IS DISTINCT FROM d.printavo_customer_due AS customer_corrected,
       d.order_id IS NOT NULL AND d.production_due IS DISTINCT FROM d.printavo_production_due AS production_corrected
FROM pg_temp.book AS b
JOIN pg_temp.expected AS e USING (company, order_id)
LEFT JOIN printavo.company_due AS d USING (company, order_id)
