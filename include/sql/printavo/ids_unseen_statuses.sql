SELECT o.id FROM printavo.status AS o
WHERE o.gone_at IS NULL AND NOT EXISTS (SELECT FROM printavo_staging.status AS s WHERE s.id = o.id)
  AND NOT EXISTS (SELECT FROM printavo_staging.gone AS g WHERE g.name = 'status' AND g.id = o.id)
ORDER BY o.id;
