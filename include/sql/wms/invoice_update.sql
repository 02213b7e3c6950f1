-- Writes only what the patch names; null empties a field. jsonb_populate_record fills the rest from the row itself.
-- `lines` is the whole list in its order: a line with an id is kept and changed, without one it is new, absent it goes.
WITH changed AS (
    UPDATE wms.invoice
    SET (customer_id, ref_number, transaction_date, due_date, billing_address, shipping_address, subtotal,
         sales_tax_total, total, balance_remaining, is_paid, is_active) = (
        SELECT CASE WHEN %(patch)s::jsonb ? 'customer' THEN (%(patch)s::jsonb ->> 'customer')::bigint
                    ELSE invoice.customer_id END,
               patch.ref_number, patch.transaction_date, patch.due_date, patch.billing_address,
               patch.shipping_address, patch.subtotal, patch.sales_tax_total, patch.total, patch.balance_remaining,
               COALESCE(patch.is_paid, false), COALESCE(patch.is_active, true)
        FROM jsonb_populate_record(invoice, %(patch)s::jsonb) AS patch
    )
    WHERE invoice.id = %(key)s::bigint
    RETURNING invoice.id
), lines AS (
    SELECT (line.content ->> 'id')::bigint AS id, line.content, line.position
    FROM jsonb_array_elements(NULLIF(%(patch)s::jsonb -> 'lines', 'null')) WITH ORDINALITY AS line (content, position)
), removed AS (
    DELETE FROM wms.invoice_line AS line
    WHERE %(patch)s::jsonb ? 'lines'
      AND line.invoice_id = %(key)s::bigint
      AND NOT EXISTS (SELECT FROM lines WHERE lines.id = line.id)
), kept AS (
    UPDATE wms.invoice_line AS line
    SET (position, item_id, description, quantity, unit_price, amount, quickbooks_id) = (
        SELECT lines.position,
               CASE WHEN lines.content ? 'item' THEN (lines.content ->> 'item')::bigint ELSE line.item_id END,
               patch.description, patch.quantity, patch.unit_price, patch.amount, patch.quickbooks_id
        FROM jsonb_populate_record(line, lines.content) AS patch
    )
    FROM lines
    WHERE line.id = lines.id AND line.invoice_id = %(key)s::bigint
), added AS (
    -- An id that is not here any more was deleted meanwhile: what the patch says still has to be here.
    INSERT INTO wms.invoice_line
        (invoice_id, position, item_id, description, quantity, unit_price, amount, quickbooks_id)
    SELECT changed.id, lines.position, (lines.content ->> 'item')::bigint, patch.description, patch.quantity,
           patch.unit_price, patch.amount, patch.quickbooks_id
    FROM changed
    CROSS JOIN lines
    CROSS JOIN jsonb_populate_record(NULL::wms.invoice_line, lines.content) AS patch
    WHERE NOT EXISTS (
        SELECT FROM wms.invoice_line AS line
        WHERE line.id = lines.id AND line.invoice_id = %(key)s::bigint
    )
)
SELECT id::text AS key FROM changed;
