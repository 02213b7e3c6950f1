-- Orders whose header differs from what we have, or that are new here, and are not staged yet.
SELECT DISTINCT h.id
FROM printavo_staging.header AS h
LEFT JOIN printavo.orders AS o ON o.id = h.id
WHERE NOT EXISTS (SELECT FROM printavo_staging.orders AS s WHERE s.id = h.id)
  AND (o.id IS NULL OR o.gone_at IS NOT NULL
       OR (o.updated_at, o.status_id, o.total, o.amount_paid, o.customer_due, o.production_due)
          IS DISTINCT FROM (h.updated_at, h.status_id, h.total, h.amount_paid, h.customer_due, h.production_due))
ORDER BY h.id;
