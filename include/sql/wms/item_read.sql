-- Items of all kinds: all, those changed since a moment, or those of some keys. since is inclusive.
-- What a kind has no column for is null; lines are the components of an assembly.
-- bound_lines says which line of QuickBooks each line is.
WITH RECURSIVE path (id, parent_id, full_name, depth) AS (
    SELECT item.id, item.parent_id, item.name, 1
    FROM wms.item
    WHERE (%(since)s::timestamptz IS NULL OR item.updated_at >= %(since)s::timestamptz)
      AND (%(keys)s::text[] IS NULL OR item.id = ANY(%(keys)s::text[]::bigint[]))
      AND item.parent_id IS NOT NULL
    UNION ALL
    -- Twenty levels are more than any company has; it ends a circle that somebody made by mistake.
    SELECT path.id, above.parent_id, above.name || ':' || path.full_name, path.depth + 1
    FROM path
    JOIN wms.item AS above ON above.id = path.parent_id
    WHERE path.depth < 20
)
SELECT item.id::text AS key, item.updated_at, item.quickbooks_id,
       item.last_synced_to_qb, lines.bound AS bound_lines,
       jsonb_build_object(
           'kind', item.kind,
           'name', item.name,
           'full_name', COALESCE(path.full_name, item.name),
           'parent', item.parent_id::text,
           'is_active', item.is_active,
           'sku', item.sku,
           'sales_tax_code', item.sales_tax_code,
           'custom_fields', item.custom_fields,
           'sales_description',
               COALESCE(inventory.sales_description, non_inventory.sales_description, service.sales_description,
                        discount.sales_description, assembly.sales_description),
           'sales_price',
               COALESCE(inventory.sales_price, non_inventory.sales_price, service.sales_price,
                        assembly.sales_price)::text,
           'purchase_description',
               COALESCE(inventory.purchase_description, non_inventory.purchase_description,
                        service.purchase_description, assembly.purchase_description),
           'purchase_cost',
               COALESCE(inventory.purchase_cost, non_inventory.purchase_cost, service.purchase_cost,
                        assembly.purchase_cost)::text,
           'quantity_on_hand', COALESCE(inventory.quantity_on_hand, assembly.quantity_on_hand)::text,
           'quantity_on_order', COALESCE(inventory.quantity_on_order, assembly.quantity_on_order)::text,
           'quantity_on_sales_order',
               COALESCE(inventory.quantity_on_sales_order, assembly.quantity_on_sales_order)::text,
           'reorder_point', COALESCE(inventory.reorder_point, assembly.reorder_point)::text,
           'asset_account', COALESCE(inventory.asset_account, assembly.asset_account),
           'cogs_account', COALESCE(inventory.cogs_account, assembly.cogs_account),
           'income_account',
               COALESCE(inventory.income_account, non_inventory.income_account, service.income_account,
                        discount.income_account, assembly.income_account),
           'expense_account', COALESCE(non_inventory.expense_account, service.expense_account),
           'is_purchased', COALESCE(non_inventory.is_purchased, service.is_purchased),
           'unit_of_measure_set',
               COALESCE(inventory.unit_of_measure_set, non_inventory.unit_of_measure_set,
                        service.unit_of_measure_set, assembly.unit_of_measure_set),
           'purchase_tax_code',
               COALESCE(inventory.purchase_tax_code, non_inventory.purchase_tax_code, service.purchase_tax_code,
                        assembly.purchase_tax_code),
           'preferred_vendor',
               COALESCE(inventory.preferred_vendor_id, non_inventory.preferred_vendor_id,
                        service.preferred_vendor_id, assembly.preferred_vendor_id)::text,
           'discount_rate', discount.discount_rate::text,
           'discount_percent', discount.discount_percent::text,
           'lines', lines.list
       ) AS content
FROM wms.item
LEFT JOIN wms.item_inventory AS inventory ON inventory.item_id = item.id
LEFT JOIN wms.item_non_inventory AS non_inventory ON non_inventory.item_id = item.id
LEFT JOIN wms.item_service AS service ON service.item_id = item.id
LEFT JOIN wms.item_discount AS discount ON discount.item_id = item.id
LEFT JOIN wms.item_assembly AS assembly ON assembly.item_id = item.id
LEFT JOIN path ON path.id = item.id AND path.parent_id IS NULL
CROSS JOIN LATERAL (
    SELECT COALESCE(jsonb_agg(jsonb_build_object(
               'id', line.id::text, 'item', line.item_id::text, 'quantity', line.quantity::text
           ) ORDER BY line.position, line.id), '[]') AS list,
           COALESCE(jsonb_agg(jsonb_build_object('id', line.id::text, 'quickbooks_id', line.quickbooks_id)
               ORDER BY line.position, line.id) FILTER (WHERE line.quickbooks_id IS NOT NULL), '[]') AS bound
    FROM wms.item_component AS line
    WHERE line.assembly_id = item.id
) AS lines
WHERE (%(since)s::timestamptz IS NULL OR item.updated_at >= %(since)s::timestamptz)
  AND (%(keys)s::text[] IS NULL OR item.id = ANY(%(keys)s::text[]::bigint[]))
ORDER BY item.id;
