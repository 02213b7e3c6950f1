-- Corrections that change nothing, and why: the order is not in the company's table; Printavo changed it too and wins; the
-- file only repeats what Printavo says or said.
SELECT x.company, x.visual_id, x.file, x.line,
       CASE WHEN b.order_id IS NULL THEN 'away'
            WHEN 'both' IN (b.customer_change, b.production_change) THEN 'overruled' ELSE 'repeats' END AS why
FROM printavo_staging.correction AS x
LEFT JOIN printavo_staging.book AS b ON (b.company, b.order_id) = (x.company, x.order_id)
WHERE b.order_id IS NULL
   OR ((NOT x.sets_customer_due OR b.customer_due IS DISTINCT FROM x.customer_due)
       AND (NOT x.sets_production_due OR b.production_due IS DISTINCT FROM x.production_due))
ORDER BY x.file, x.line;
