-- Vendors: all, those changed since a moment, or those of some keys.
-- since is inclusive.
SELECT vendor.id::text AS key, vendor.updated_at, vendor.quickbooks_id,
       vendor.last_synced_to_qb,
       jsonb_build_object(
           'name', vendor.name,
           'company_name', vendor.company_name,
           'first_name', vendor.first_name,
           'last_name', vendor.last_name,
           'billing_address', vendor.billing_address,
           'shipping_address', vendor.shipping_address,
           'phone', vendor.phone,
           'email', vendor.email,
           'is_active', vendor.is_active,
           'custom_fields', vendor.custom_fields,
           'balance', vendor.balance::text,
           'currency', vendor.currency,
           'terms', vendor.terms
       ) AS content
FROM wms.vendor
WHERE (%(since)s::timestamptz IS NULL OR vendor.updated_at >= %(since)s::timestamptz)
  AND (%(keys)s::text[] IS NULL OR vendor.id = ANY(%(keys)s::text[]::bigint[]))
ORDER BY vendor.id;
