-- Customers: all, those changed since a moment, or those of some keys.
-- since is inclusive.
WITH RECURSIVE path (id, parent_id, full_name, depth) AS (
    SELECT customer.id, customer.parent_id, customer.name, 1
    FROM wms.customer
    WHERE (%(since)s::timestamptz IS NULL OR customer.updated_at >= %(since)s::timestamptz)
      AND (%(keys)s::text[] IS NULL OR customer.id = ANY(%(keys)s::text[]::bigint[]))
      AND customer.parent_id IS NOT NULL
    UNION ALL
    -- Twenty levels are more than any company has; it ends a circle that somebody made by mistake.
    SELECT path.id, above.parent_id, above.name || ':' || path.full_name, path.depth + 1
    FROM path
    JOIN wms.customer AS above ON above.id = path.parent_id
    WHERE path.depth < 20
)
SELECT customer.id::text AS key, customer.updated_at, customer.quickbooks_id,
       customer.last_synced_to_qb,
       jsonb_build_object(
           'name', customer.name,
           'full_name', COALESCE(path.full_name, customer.name),
           'parent', customer.parent_id::text,
           'company_name', customer.company_name,
           'first_name', customer.first_name,
           'last_name', customer.last_name,
           'billing_address', customer.billing_address,
           'shipping_address', customer.shipping_address,
           'phone', customer.phone,
           'email', customer.email,
           'is_active', customer.is_active,
           'custom_fields', customer.custom_fields,
           'balance', customer.balance::text,
           'total_balance', customer.total_balance::text,
           'currency', customer.currency,
           'customer_type', customer.customer_type,
           'sales_representative', customer.sales_representative,
           'terms', customer.terms,
           'preferred_payment_method', customer.preferred_payment_method
       ) AS content
FROM wms.customer
LEFT JOIN path ON path.id = customer.id AND path.parent_id IS NULL
WHERE (%(since)s::timestamptz IS NULL OR customer.updated_at >= %(since)s::timestamptz)
  AND (%(keys)s::text[] IS NULL OR customer.id = ANY(%(keys)s::text[]::bigint[]))
ORDER BY customer.id;
