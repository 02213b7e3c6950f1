-- Writes only what the patch names; null empties a field. jsonb_populate_record fills the rest from the row itself.
-- `lines` is the whole list in its order: a line with an id is kept and changed, without one it is new, absent it goes.
WITH changed AS (
    UPDATE wms.inventory_adjustment AS adjustment
    SET (transaction_date, ref_number, memo, account, site_id, made_by, is_active) = (
        SELECT patch.transaction_date, patch.ref_number, patch.memo, patch.account,
               CASE WHEN %(patch)s::jsonb ? 'site' THEN wms.site_id(%(patch)s::jsonb ->> 'site')
                    ELSE adjustment.site_id END,
               COALESCE(patch.made_by, ''), COALESCE(patch.is_active, true)
        FROM jsonb_populate_record(adjustment, %(patch)s::jsonb) AS patch
    )
    WHERE adjustment.id = %(key)s::bigint
    RETURNING adjustment.id
), lines AS (
    SELECT (line.content ->> 'id')::bigint AS id, line.content, line.position
    FROM jsonb_array_elements(NULLIF(%(patch)s::jsonb -> 'lines', 'null')) WITH ORDINALITY AS line (content, position)
), removed AS (
    DELETE FROM wms.inventory_adjustment_line AS line
    WHERE %(patch)s::jsonb ? 'lines'
      AND line.inventory_adjustment_id = %(key)s::bigint
      AND NOT EXISTS (SELECT FROM lines WHERE lines.id = line.id)
), kept AS (
    UPDATE wms.inventory_adjustment_line AS line
    SET (position, item_id, quantity_difference, value_difference, quickbooks_id) = (
        SELECT lines.position,
               CASE WHEN lines.content ? 'item' THEN (lines.content ->> 'item')::bigint ELSE line.item_id END,
               COALESCE(patch.quantity_difference, 0), patch.value_difference, patch.quickbooks_id
        FROM jsonb_populate_record(line, lines.content) AS patch
    )
    FROM lines
    WHERE line.id = lines.id AND line.inventory_adjustment_id = %(key)s::bigint
), added AS (
    -- An id that is not here any more was deleted meanwhile: what the patch says still has to be here.
    INSERT INTO wms.inventory_adjustment_line
        (inventory_adjustment_id, position, item_id, quantity_difference, value_difference, quickbooks_id)
    SELECT changed.id, lines.position, (lines.content ->> 'item')::bigint, COALESCE(patch.quantity_difference, 0),
           patch.value_difference, patch.quickbooks_id
    FROM changed
    CROSS JOIN lines
    CROSS JOIN jsonb_populate_record(NULL::wms.inventory_adjustment_line, lines.content) AS patch
    WHERE NOT EXISTS (
        SELECT FROM wms.inventory_adjustment_line AS line
        WHERE line.id = lines.id AND line.inventory_adjustment_id = %(key)s::bigint
    )
)
SELECT id::text AS key FROM changed;
