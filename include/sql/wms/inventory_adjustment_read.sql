-- Inventory adjustments with their lines: all, those changed since a moment, or those of some keys.
-- since is inclusive.
-- bound_lines says which line of QuickBooks each line is.
SELECT adjustment.id::text AS key, adjustment.updated_at, adjustment.quickbooks_id,
       adjustment.last_synced_to_qb, lines.bound AS bound_lines,
       jsonb_build_object(
           'transaction_date', adjustment.transaction_date,
           'ref_number', adjustment.ref_number,
           'memo', adjustment.memo,
           'account', adjustment.account,
           'site', COALESCE(site.name, ''),
           'made_by', adjustment.made_by,
           'is_active', adjustment.is_active,
           'lines', lines.list
       ) AS content
FROM wms.inventory_adjustment AS adjustment
LEFT JOIN wms.site ON site.id = adjustment.site_id
CROSS JOIN LATERAL (
    SELECT COALESCE(jsonb_agg(jsonb_build_object(
               'id', line.id::text, 'item', line.item_id::text,
               'quantity_difference', line.quantity_difference::text,
               'value_difference', line.value_difference::text
           ) ORDER BY line.position, line.id), '[]') AS list,
           COALESCE(jsonb_agg(jsonb_build_object('id', line.id::text, 'quickbooks_id', line.quickbooks_id)
               ORDER BY line.position, line.id) FILTER (WHERE line.quickbooks_id IS NOT NULL), '[]') AS bound
    FROM wms.inventory_adjustment_line AS line
    WHERE line.inventory_adjustment_id = adjustment.id
) AS lines
WHERE (%(since)s::timestamptz IS NULL OR adjustment.updated_at >= %(since)s::timestamptz)
  AND (%(keys)s::text[] IS NULL OR adjustment.id = ANY(%(keys)s::text[]::bigint[]))
ORDER BY adjustment.id;
