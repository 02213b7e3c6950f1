-- Writes only what the patch names; null empties a field. jsonb_populate_record fills the rest from the row itself.
-- `lines` is the whole list in its order: a line with an id is kept and changed, without one it is new, absent it goes.
WITH changed AS (
    UPDATE wms.sales_order
    SET (customer_id, ref_number, transaction_date, due_date, billing_address, shipping_address, total_amount,
         is_fully_invoiced, is_manually_closed, memo, sales_representative, sales_tax_code, sales_tax_item,
         sales_tax_percentage, sales_tax_total, terms) = (
        SELECT CASE WHEN %(patch)s::jsonb ? 'customer' THEN (%(patch)s::jsonb ->> 'customer')::bigint
                    ELSE sales_order.customer_id END,
               patch.ref_number, patch.transaction_date, patch.due_date, patch.billing_address,
               patch.shipping_address, patch.total_amount, COALESCE(patch.is_fully_invoiced, false),
               COALESCE(patch.is_manually_closed, false), patch.memo, patch.sales_representative,
               patch.sales_tax_code, patch.sales_tax_item, patch.sales_tax_percentage, patch.sales_tax_total,
               patch.terms
        FROM jsonb_populate_record(sales_order, %(patch)s::jsonb) AS patch
    )
    WHERE sales_order.id = %(key)s::bigint
    RETURNING sales_order.id
), lines AS (
    SELECT (line.content ->> 'id')::bigint AS id, line.content, line.position
    FROM jsonb_array_elements(NULLIF(%(patch)s::jsonb -> 'lines', 'null')) WITH ORDINALITY AS line (content, position)
), removed AS (
    DELETE FROM wms.sales_order_line AS line
    WHERE %(patch)s::jsonb ? 'lines'
      AND line.sales_order_id = %(key)s::bigint
      AND NOT EXISTS (SELECT FROM lines WHERE lines.id = line.id)
), kept AS (
    UPDATE wms.sales_order_line AS line
    SET (position, item_id, description, quantity, unit_price, amount, sales_tax_code, quickbooks_id) = (
        SELECT lines.position,
               CASE WHEN lines.content ? 'item' THEN (lines.content ->> 'item')::bigint ELSE line.item_id END,
               patch.description, patch.quantity, patch.unit_price, patch.amount, patch.sales_tax_code,
               patch.quickbooks_id
        FROM jsonb_populate_record(line, lines.content) AS patch
    )
    FROM lines
    WHERE line.id = lines.id AND line.sales_order_id = %(key)s::bigint
), added AS (
    -- An id that is not here any more was deleted meanwhile: what the patch says still has to be here.
    INSERT INTO wms.sales_order_line
        (sales_order_id, position, item_id, description, quantity, unit_price, amount, sales_tax_code, quickbooks_id)
    SELECT changed.id, lines.position, (lines.content ->> 'item')::bigint, patch.description, patch.quantity,
           patch.unit_price, patch.amount, patch.sales_tax_code, patch.quickbooks_id
    FROM changed
    CROSS JOIN lines
    CROSS JOIN jsonb_populate_record(NULL::wms.sales_order_line, lines.content) AS patch
    WHERE NOT EXISTS (
        SELECT FROM wms.sales_order_line AS line
        WHERE line.id = lines.id AND line.sales_order_id = %(key)s::bigint
    )
)
SELECT id::text AS key FROM changed;
