-- A new record; what `content` lacks is empty. No row comes back when this quickbooks_id is here already.
INSERT INTO wms.customer
    (name, parent_id, company_name, first_name, last_name, billing_address, shipping_address, phone, email,
     is_active, custom_fields, balance, total_balance, currency, customer_type, sales_representative, terms,
     preferred_payment_method, quickbooks_id, last_synced_to_qb)
SELECT given.name, (%(content)s::jsonb ->> 'parent')::bigint, given.company_name, given.first_name,
       given.last_name, given.billing_address, given.shipping_address, given.phone, given.email,
       COALESCE(given.is_active, true), COALESCE(given.custom_fields, '{}'), given.balance, given.total_balance,
       given.currency, given.customer_type, given.sales_representative, given.terms,
       given.preferred_payment_method,
       %(quickbooks_id)s::text, CASE WHEN %(quickbooks_id)s::text IS NOT NULL THEN now() END
FROM jsonb_populate_record(NULL::wms.customer, %(content)s::jsonb) AS given
ON CONFLICT (quickbooks_id) DO NOTHING
RETURNING id::text AS key;
