-- A new record; what `content` lacks is empty. No row comes back when this quickbooks_id is here already.
WITH made AS (
    INSERT INTO wms.inventory_adjustment
        (transaction_date, ref_number, memo, account, site_id, made_by, is_active, quickbooks_id, last_synced_to_qb)
    SELECT given.transaction_date, given.ref_number, given.memo, given.account,
           wms.site_id(%(content)s::jsonb ->> 'site'), COALESCE(given.made_by, ''),
           COALESCE(given.is_active, true),
           %(quickbooks_id)s::text, CASE WHEN %(quickbooks_id)s::text IS NOT NULL THEN now() END
    FROM jsonb_populate_record(NULL::wms.inventory_adjustment, %(content)s::jsonb) AS given
    ON CONFLICT (quickbooks_id) DO NOTHING
    RETURNING id
), lines AS (
    INSERT INTO wms.inventory_adjustment_line
        (inventory_adjustment_id, position, item_id, quantity_difference, value_difference, quickbooks_id)
    SELECT made.id, line.position, (line.content ->> 'item')::bigint, COALESCE(given.quantity_difference, 0),
           given.value_difference, given.quickbooks_id
    FROM made
    CROSS JOIN jsonb_array_elements(NULLIF(%(content)s::jsonb -> 'lines', 'null'))
        WITH ORDINALITY AS line (content, position)
    CROSS JOIN jsonb_populate_record(NULL::wms.inventory_adjustment_line, line.content) AS given
)
SELECT id::text AS key FROM made;
