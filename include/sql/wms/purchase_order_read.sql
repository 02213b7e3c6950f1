-- Purchase orders with their lines: all, those changed since a moment, or those of some keys.
-- since is inclusive.
-- bound_lines says which line of QuickBooks each line is.
SELECT purchase_order.id::text AS key, purchase_order.updated_at, purchase_order.quickbooks_id,
       purchase_order.last_synced_to_qb, lines.bound AS bound_lines,
       jsonb_build_object(
           'vendor', purchase_order.vendor_id::text,
           'ref_number', purchase_order.ref_number,
           'transaction_date', purchase_order.transaction_date,
           'due_date', purchase_order.due_date,
           'expected_date', purchase_order.expected_date,
           'total_amount', purchase_order.total_amount::text,
           'is_fully_received', purchase_order.is_fully_received,
           'is_manually_closed', purchase_order.is_manually_closed,
           'memo', purchase_order.memo,
           'shipping_address', purchase_order.shipping_address,
           'terms', purchase_order.terms,
           'lines', lines.list
       ) AS content
FROM wms.purchase_order
CROSS JOIN LATERAL (
    SELECT COALESCE(jsonb_agg(jsonb_build_object(
               'id', line.id::text, 'item', line.item_id::text, 'description', line.description,
               'quantity', line.quantity::text, 'unit_cost', line.unit_cost::text, 'amount', line.amount::text
           ) ORDER BY line.position, line.id), '[]') AS list,
           COALESCE(jsonb_agg(jsonb_build_object('id', line.id::text, 'quickbooks_id', line.quickbooks_id)
               ORDER BY line.position, line.id) FILTER (WHERE line.quickbooks_id IS NOT NULL), '[]') AS bound
    FROM wms.purchase_order_line AS line
    WHERE line.purchase_order_id = purchase_order.id
) AS lines
WHERE (%(since)s::timestamptz IS NULL OR purchase_order.updated_at >= %(since)s::timestamptz)
  AND (%(keys)s::text[] IS NULL OR purchase_order.id = ANY(%(keys)s::text[]::bigint[]))
ORDER BY purchase_order.id;
