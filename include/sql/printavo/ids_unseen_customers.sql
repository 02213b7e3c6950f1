SELECT o.id FROM printavo.customer AS o
WHERE o.gone_at IS NULL AND NOT EXISTS (SELECT FROM printavo_staging.customer AS s WHERE s.id = o.id)
  AND NOT EXISTS (SELECT FROM printavo_staging.gone AS g WHERE g.name = 'customer' AND g.id = o.id)
ORDER BY o.id;
