SELECT 'customer' AS kind, customer_id AS id, count(*) AS orders FROM printavo.orders
WHERE gone_at IS NULL AND customer_id IS NOT NULL GROUP BY 2
UNION ALL
SELECT 'contact', contact_id, count(*) FROM printavo.orders
WHERE gone_at IS NULL AND contact_id IS NOT NULL GROUP BY 2;
