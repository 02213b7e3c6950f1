-- Orders that we have and that neither the pages nor the headers held.
SELECT o.id FROM printavo.orders AS o
WHERE o.gone_at IS NULL AND NOT EXISTS (SELECT FROM printavo_staging.orders AS s WHERE s.id = o.id)
  AND NOT EXISTS (SELECT FROM printavo_staging.header AS h WHERE h.id = o.id)
  AND NOT EXISTS (SELECT FROM printavo_staging.gone AS g WHERE g.name = 'orders' AND g.id = o.id)
ORDER BY o.id;
