-- Writes only what the patch names; null empties a field. jsonb_populate_record fills the rest from the row itself.
UPDATE wms.customer
SET (name, parent_id, company_name, first_name, last_name, billing_address, shipping_address, phone, email,
     is_active, custom_fields, balance, total_balance, currency, customer_type, sales_representative, terms,
     preferred_payment_method) = (
    SELECT patch.name,
           CASE WHEN %(patch)s::jsonb ? 'parent' THEN (%(patch)s::jsonb ->> 'parent')::bigint
                ELSE customer.parent_id END,
           patch.company_name, patch.first_name, patch.last_name, patch.billing_address, patch.shipping_address,
           patch.phone, patch.email, COALESCE(patch.is_active, true), COALESCE(patch.custom_fields, '{}'),
           patch.balance, patch.total_balance, patch.currency, patch.customer_type, patch.sales_representative,
           patch.terms, patch.preferred_payment_method
    FROM jsonb_populate_record(customer, %(patch)s::jsonb) AS patch
)
WHERE customer.id = %(key)s::bigint
RETURNING customer.id::text AS key;
