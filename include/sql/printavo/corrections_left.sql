-- Corrections of orders that are not in the company's table: hidden, or another company's.
SELECT x.company, x.visual_id, x.file, x.line FROM printavo_staging.correction AS x
WHERE NOT EXISTS (SELECT FROM printavo_staging.book AS b WHERE (b.company, b.order_id) = (x.company, x.order_id))
ORDER BY x.file, x.line;
