-- Sales orders with their lines: all, those changed since a moment, or those of some keys.
-- since is inclusive.
-- bound_lines says which line of QuickBooks each line is.
SELECT sales_order.id::text AS key, sales_order.updated_at, sales_order.quickbooks_id,
       sales_order.last_synced_to_qb, lines.bound AS bound_lines,
       jsonb_build_object(
           'customer', sales_order.customer_id::text,
           'ref_number', sales_order.ref_number,
           'transaction_date', sales_order.transaction_date,
           'due_date', sales_order.due_date,
           'billing_address', sales_order.billing_address,
           'shipping_address', sales_order.shipping_address,
           'total_amount', sales_order.total_amount::text,
           'is_fully_invoiced', sales_order.is_fully_invoiced,
           'is_manually_closed', sales_order.is_manually_closed,
           'memo', sales_order.memo,
           'sales_representative', sales_order.sales_representative,
           'sales_tax_code', sales_order.sales_tax_code,
           'sales_tax_item', sales_order.sales_tax_item,
           'sales_tax_percentage', sales_order.sales_tax_percentage::text,
           'sales_tax_total', sales_order.sales_tax_total::text,
           'terms', sales_order.terms,
           'lines', lines.list
       ) AS content
FROM wms.sales_order
CROSS JOIN LATERAL (
    SELECT COALESCE(jsonb_agg(jsonb_build_object(
               'id', line.id::text, 'item', line.item_id::text, 'description', line.description,
               'quantity', line.quantity::text, 'unit_price', line.unit_price::text, 'amount', line.amount::text,
               'sales_tax_code', line.sales_tax_code
           ) ORDER BY line.position, line.id), '[]') AS list,
           COALESCE(jsonb_agg(jsonb_build_object('id', line.id::text, 'quickbooks_id', line.quickbooks_id)
               ORDER BY line.position, line.id) FILTER (WHERE line.quickbooks_id IS NOT NULL), '[]') AS bound
    FROM wms.sales_order_line AS line
    WHERE line.sales_order_id = sales_order.id
) AS lines
WHERE (%(since)s::timestamptz IS NULL OR sales_order.updated_at >= %(since)s::timestamptz)
  AND (%(keys)s::text[] IS NULL OR sales_order.id = ANY(%(keys)s::text[]::bigint[]))
ORDER BY sales_order.id;
