-- Writes only what the patch names; null empties a field. jsonb_populate_record fills the rest from the row itself.
UPDATE wms.vendor
SET (name, company_name, first_name, last_name, billing_address, shipping_address, phone, email, is_active,
     custom_fields, balance, currency, terms) = (
    SELECT patch.name, patch.company_name, patch.first_name, patch.last_name, patch.billing_address,
           patch.shipping_address, patch.phone, patch.email, COALESCE(patch.is_active, true),
           COALESCE(patch.custom_fields, '{}'), patch.balance, patch.currency, patch.terms
    FROM jsonb_populate_record(vendor, %(patch)s::jsonb) AS patch
)
WHERE vendor.id = %(key)s::bigint
RETURNING vendor.id::text AS key;
