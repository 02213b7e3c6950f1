SELECT o.id FROM printavo.contact AS o
WHERE o.gone_at IS NULL AND NOT EXISTS (SELECT FROM printavo_staging.contact AS s WHERE s.id = o.id)
  AND NOT EXISTS (SELECT FROM printavo_staging.gone AS g WHERE g.name = 'contact' AND g.id = o.id)
ORDER BY o.id;
