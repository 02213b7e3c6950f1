-- A new record; what `content` lacks is empty. No row comes back when this quickbooks_id is here already.
WITH made AS (
    INSERT INTO wms.purchase_order
        (vendor_id, ref_number, transaction_date, due_date, expected_date, total_amount, is_fully_received,
         is_manually_closed, memo, shipping_address, terms, quickbooks_id, last_synced_to_qb)
    SELECT (%(content)s::jsonb ->> 'vendor')::bigint, given.ref_number, given.transaction_date, given.due_date,
           given.expected_date, given.total_amount, COALESCE(given.is_fully_received, false),
           COALESCE(given.is_manually_closed, false), given.memo, given.shipping_address, given.terms,
           %(quickbooks_id)s::text, CASE WHEN %(quickbooks_id)s::text IS NOT NULL THEN now() END
    FROM jsonb_populate_record(NULL::wms.purchase_order, %(content)s::jsonb) AS given
    ON CONFLICT (quickbooks_id) DO NOTHING
    RETURNING id
), lines AS (
    INSERT INTO wms.purchase_order_line
        (purchase_order_id, position, item_id, description, quantity, unit_cost, amount, quickbooks_id)
    SELECT made.id, line.position, (line.content ->> 'item')::bigint, given.description, given.quantity,
           given.unit_cost, given.amount, given.quickbooks_id
    FROM made
    CROSS JOIN jsonb_array_elements(NULLIF(%(content)s::jsonb -> 'lines', 'null'))
        WITH ORDINALITY AS line (content, position)
    CROSS JOIN jsonb_populate_record(NULL::wms.purchase_order_line, line.content) AS given
)
SELECT id::text AS key FROM made;
