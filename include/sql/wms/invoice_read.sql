-- Invoices with their lines: all, those changed since a moment, or those of some keys.
-- since is inclusive.
-- bound_lines says which line of QuickBooks each line is.
SELECT invoice.id::text AS key, invoice.updated_at, invoice.quickbooks_id,
       invoice.last_synced_to_qb, lines.bound AS bound_lines,
       jsonb_build_object(
           'customer', invoice.customer_id::text,
           'ref_number', invoice.ref_number,
           'transaction_date', invoice.transaction_date,
           'due_date', invoice.due_date,
           'billing_address', invoice.billing_address,
           'shipping_address', invoice.shipping_address,
           'subtotal', invoice.subtotal::text,
           'sales_tax_total', invoice.sales_tax_total::text,
           'total', invoice.total::text,
           'balance_remaining', invoice.balance_remaining::text,
           'is_paid', invoice.is_paid,
           'is_active', invoice.is_active,
           'lines', lines.list
       ) AS content
FROM wms.invoice
CROSS JOIN LATERAL (
    SELECT COALESCE(jsonb_agg(jsonb_build_object(
               'id', line.id::text, 'item', line.item_id::text, 'description', line.description,
               'quantity', line.quantity::text, 'unit_price', line.unit_price::text, 'amount', line.amount::text
           ) ORDER BY line.position, line.id), '[]') AS list,
           COALESCE(jsonb_agg(jsonb_build_object('id', line.id::text, 'quickbooks_id', line.quickbooks_id)
               ORDER BY line.position, line.id) FILTER (WHERE line.quickbooks_id IS NOT NULL), '[]') AS bound
    FROM wms.invoice_line AS line
    WHERE line.invoice_id = invoice.id
) AS lines
WHERE (%(since)s::timestamptz IS NULL OR invoice.updated_at >= %(since)s::timestamptz)
  AND (%(keys)s::text[] IS NULL OR invoice.id = ANY(%(keys)s::text[]::bigint[]))
ORDER BY invoice.id;
