-- A new record; what `content` lacks is empty. No row comes back when this quickbooks_id is here already.
WITH made AS (
    INSERT INTO wms.sales_order
        (customer_id, ref_number, transaction_date, due_date, billing_address, shipping_address, total_amount,
         is_fully_invoiced, is_manually_closed, memo, sales_representative, sales_tax_code, sales_tax_item,
         sales_tax_percentage, sales_tax_total, terms, quickbooks_id, last_synced_to_qb)
    SELECT (%(content)s::jsonb ->> 'customer')::bigint, given.ref_number, given.transaction_date, given.due_date,
           given.billing_address, given.shipping_address, given.total_amount,
           COALESCE(given.is_fully_invoiced, false), COALESCE(given.is_manually_closed, false), given.memo,
           given.sales_representative, given.sales_tax_code, given.sales_tax_item, given.sales_tax_percentage,
           given.sales_tax_total, given.terms,
           %(quickbooks_id)s::text, CASE WHEN %(quickbooks_id)s::text IS NOT NULL THEN now() END
    FROM jsonb_populate_record(NULL::wms.sales_order, %(content)s::jsonb) AS given
    ON CONFLICT (quickbooks_id) DO NOTHING
    RETURNING id
), lines AS (
    INSERT INTO wms.sales_order_line
        (sales_order_id, position, item_id, description, quantity, unit_price, amount, sales_tax_code, quickbooks_id)
    SELECT made.id, line.position, (line.content ->> 'item')::bigint, given.description, given.quantity,
           given.unit_price, given.amount, given.sales_tax_code, given.quickbooks_id
    FROM made
    CROSS JOIN jsonb_array_elements(NULLIF(%(content)s::jsonb -> 'lines', 'null'))
        WITH ORDINALITY AS line (content, position)
    CROSS JOIN jsonb_populate_record(NULL::wms.sales_order_line, line.content) AS given
)
SELECT id::text AS key FROM made;
