-- title: A company's table does not say rightly where the due dates of an order come from
-- severity: wrong
-- repair: books
-- next: Have the table written anew (accordant printavo verify --repair); the dates themselves stay
SELECT d.company || '_orders' AS place, d.record,
       CASE WHEN d.due_from NOT IN ('Printavo', 'by hand', 'CSV')
            THEN 'due_from is ' || quote_literal(d.due_from) || '; it must be Printavo, by hand or CSV.'
            WHEN d.due_from = 'Printavo' THEN 'due_from is Printavo, and a date was corrected: Printavo says '
                 || coalesce(d.printavo_customer_due::text, 'none') || ' and ' || coalesce(d.printavo_production_due::text, 'none') || '.'
            ELSE 'due_from is ' || d.due_from || ', and both dates are Printavo''s.' END AS detail
FROM pg_temp.due AS d
WHERE d.due_from NOT IN ('Printavo', 'by hand', 'CSV')
   OR NOT d.edited AND (
      (d.due_from = 'Printavo' AND ((d.customer_corrected AND d.customer_due IS DISTINCT FROM d.printavo_customer_due)
                                    OR (d.production_corrected AND d.production_due IS DISTINCT FROM d.printavo_production_due)))
      OR (d.due_from <> 'Printavo' AND (d.customer_due, d.production_due)
          IS NOT DISTINCT FROM (d.printavo_customer_due, d.printavo_production_due)))
