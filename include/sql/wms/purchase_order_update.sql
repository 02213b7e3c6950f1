-- Writes only what the patch names; null empties a field. jsonb_populate_record fills the rest from the row itself.
-- `lines` is the whole list in its order: a line with an id is kept and changed, without one it is new, absent it goes.
WITH changed AS (
    UPDATE wms.purchase_order
    SET (vendor_id, ref_number, transaction_date, due_date, expected_date, total_amount, is_fully_received,
         is_manually_closed, memo, shipping_address, terms) = (
        SELECT CASE WHEN %(patch)s::jsonb ? 'vendor' THEN (%(patch)s::jsonb ->> 'vendor')::bigint
                    ELSE purchase_order.vendor_id END,
               patch.ref_number, patch.transaction_date, patch.due_date, patch.expected_date, patch.total_amount,
               COALESCE(patch.is_fully_received, false), COALESCE(patch.is_manually_closed, false), patch.memo,
               patch.shipping_address, patch.terms
        FROM jsonb_populate_record(purchase_order, %(patch)s::jsonb) AS patch
    )
    WHERE purchase_order.id = %(key)s::bigint
    RETURNING purchase_order.id
), lines AS (
    SELECT (line.content ->> 'id')::bigint AS id, line.content, line.position
    FROM jsonb_array_elements(NULLIF(%(patch)s::jsonb -> 'lines', 'null')) WITH ORDINALITY AS line (content, position)
), removed AS (
    DELETE FROM wms.purchase_order_line AS line
    WHERE %(patch)s::jsonb ? 'lines'
      AND line.purchase_order_id = %(key)s::bigint
      AND NOT EXISTS (SELECT FROM lines WHERE lines.id = line.id)
), kept AS (
    UPDATE wms.purchase_order_line AS line
    SET (position, item_id, description, quantity, unit_cost, amount, quickbooks_id) = (
        SELECT lines.position,
               CASE WHEN lines.content ? 'item' THEN (lines.content ->> 'item')::bigint ELSE line.item_id END,
               patch.description, patch.quantity, patch.unit_cost, patch.amount, patch.quickbooks_id
        FROM jsonb_populate_record(line, lines.content) AS patch
    )
    FROM lines
    WHERE line.id = lines.id AND line.purchase_order_id = %(key)s::bigint
), added AS (
    -- An id that is not here any more was deleted meanwhile: what the patch says still has to be here.
    INSERT INTO wms.purchase_order_line
        (purchase_order_id, position, item_id, description, quantity, unit_cost, amount, quickbooks_id)
    SELECT changed.id, lines.position, (lines.content ->> 'item')::bigint, patch.description, patch.quantity,
           patch.unit_cost, patch.amount, patch.quickbooks_id
    FROM changed
    CROSS JOIN lines
    CROSS JOIN jsonb_populate_record(NULL::wms.purchase_order_line, lines.content) AS patch
    WHERE NOT EXISTS (
        SELECT FROM wms.purchase_order_line AS line
        WHERE line.id = lines.id AND line.purchase_order_id = %(key)s::bigint
    )
)
SELECT id::text AS key FROM changed;
