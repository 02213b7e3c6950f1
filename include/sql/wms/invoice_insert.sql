-- A new record; what `content` lacks is empty. No row comes back when this quickbooks_id is here already.
WITH made AS (
    INSERT INTO wms.invoice
        (customer_id, ref_number, transaction_date, due_date, billing_address, shipping_address, subtotal,
         sales_tax_total, total, balance_remaining, is_paid, is_active, quickbooks_id, last_synced_to_qb)
    SELECT (%(content)s::jsonb ->> 'customer')::bigint, given.ref_number, given.transaction_date, given.due_date,
           given.billing_address, given.shipping_address, given.subtotal, given.sales_tax_total, given.total,
           given.balance_remaining, COALESCE(given.is_paid, false), COALESCE(given.is_active, true),
           %(quickbooks_id)s::text, CASE WHEN %(quickbooks_id)s::text IS NOT NULL THEN now() END
    FROM jsonb_populate_record(NULL::wms.invoice, %(content)s::jsonb) AS given
    ON CONFLICT (quickbooks_id) DO NOTHING
    RETURNING id
), lines AS (
    INSERT INTO wms.invoice_line
        (invoice_id, position, item_id, description, quantity, unit_price, amount, quickbooks_id)
    SELECT made.id, line.position, (line.content ->> 'item')::bigint, given.description, given.quantity,
           given.unit_price, given.amount, given.quickbooks_id
    FROM made
    CROSS JOIN jsonb_array_elements(NULLIF(%(content)s::jsonb -> 'lines', 'null'))
        WITH ORDINALITY AS line (content, position)
    CROSS JOIN jsonb_populate_record(NULL::wms.invoice_line, line.content) AS given
)
SELECT id::text AS key FROM made;
