-- Orders that were not read follow their contact to another customer.
UPDATE printavo.orders AS o SET customer_id = c.customer_id
FROM printavo.contact AS c
WHERE c.id = o.contact_id AND c.customer_id IS NOT NULL AND o.customer_id IS DISTINCT FROM c.customer_id
  AND o.gone_at IS NULL AND NOT EXISTS (SELECT FROM printavo_staging.orders AS s WHERE s.id = o.id AND NOT s.refused);
