-- A new record; what `content` lacks is empty. No row comes back when this quickbooks_id is here already.
-- The row of its kind and the components of an assembly are made with it.
WITH made AS (
    INSERT INTO wms.item
        (kind, name, parent_id, is_active, sku, sales_tax_code, custom_fields, quickbooks_id, last_synced_to_qb)
    SELECT given.kind, given.name, (%(content)s::jsonb ->> 'parent')::bigint, COALESCE(given.is_active, true),
           given.sku, given.sales_tax_code, COALESCE(given.custom_fields, '{}'),
           %(quickbooks_id)s::text, CASE WHEN %(quickbooks_id)s::text IS NOT NULL THEN now() END
    FROM jsonb_populate_record(NULL::wms.item, %(content)s::jsonb) AS given
    ON CONFLICT (quickbooks_id) DO NOTHING
    RETURNING id, kind
), inventory AS (
    INSERT INTO wms.item_inventory
        (item_id, sales_description, sales_price, purchase_description, purchase_cost, quantity_on_hand,
         quantity_on_order, quantity_on_sales_order, reorder_point, asset_account, cogs_account, income_account,
         unit_of_measure_set, purchase_tax_code, preferred_vendor_id)
    SELECT made.id, given.sales_description, given.sales_price, given.purchase_description, given.purchase_cost,
           given.quantity_on_hand, given.quantity_on_order, given.quantity_on_sales_order, given.reorder_point,
           given.asset_account, given.cogs_account, given.income_account, given.unit_of_measure_set,
           given.purchase_tax_code, (%(content)s::jsonb ->> 'preferred_vendor')::bigint
    FROM made
    CROSS JOIN jsonb_populate_record(NULL::wms.item_inventory, %(content)s::jsonb) AS given
    WHERE made.kind = 'inventory'
), non_inventory AS (
    INSERT INTO wms.item_non_inventory
        (item_id, sales_description, sales_price, purchase_description, purchase_cost, income_account, expense_account,
         is_purchased, unit_of_measure_set, purchase_tax_code, preferred_vendor_id)
    SELECT made.id, given.sales_description, given.sales_price, given.purchase_description, given.purchase_cost,
           given.income_account, given.expense_account, COALESCE(given.is_purchased, false),
           given.unit_of_measure_set, given.purchase_tax_code, (%(content)s::jsonb ->> 'preferred_vendor')::bigint
    FROM made
    CROSS JOIN jsonb_populate_record(NULL::wms.item_non_inventory, %(content)s::jsonb) AS given
    WHERE made.kind = 'non_inventory'
), service AS (
    INSERT INTO wms.item_service
        (item_id, sales_description, sales_price, purchase_description, purchase_cost, income_account, expense_account,
         is_purchased, unit_of_measure_set, purchase_tax_code, preferred_vendor_id)
    SELECT made.id, given.sales_description, given.sales_price, given.purchase_description, given.purchase_cost,
           given.income_account, given.expense_account, COALESCE(given.is_purchased, false),
           given.unit_of_measure_set, given.purchase_tax_code, (%(content)s::jsonb ->> 'preferred_vendor')::bigint
    FROM made
    CROSS JOIN jsonb_populate_record(NULL::wms.item_service, %(content)s::jsonb) AS given
    WHERE made.kind = 'service'
), discount AS (
    INSERT INTO wms.item_discount
        (item_id, sales_description, discount_rate, discount_percent, income_account)
    SELECT made.id, given.sales_description, given.discount_rate, given.discount_percent, given.income_account
    FROM made
    CROSS JOIN jsonb_populate_record(NULL::wms.item_discount, %(content)s::jsonb) AS given
    WHERE made.kind = 'discount'
), assembly AS (
    INSERT INTO wms.item_assembly
        (item_id, sales_description, sales_price, purchase_description, purchase_cost, quantity_on_hand,
         quantity_on_order, quantity_on_sales_order, reorder_point, asset_account, cogs_account, income_account,
         unit_of_measure_set, purchase_tax_code, preferred_vendor_id)
    SELECT made.id, given.sales_description, given.sales_price, given.purchase_description, given.purchase_cost,
           given.quantity_on_hand, given.quantity_on_order, given.quantity_on_sales_order, given.reorder_point,
           given.asset_account, given.cogs_account, given.income_account, given.unit_of_measure_set,
           given.purchase_tax_code, (%(content)s::jsonb ->> 'preferred_vendor')::bigint
    FROM made
    CROSS JOIN jsonb_populate_record(NULL::wms.item_assembly, %(content)s::jsonb) AS given
    WHERE made.kind = 'assembly'
), components AS (
    INSERT INTO wms.item_component (assembly_id, position, item_id, quantity, quickbooks_id)
    SELECT made.id, line.position, (line.content ->> 'item')::bigint, given.quantity, given.quickbooks_id
    FROM made
    CROSS JOIN jsonb_array_elements(NULLIF(%(content)s::jsonb -> 'lines', 'null'))
        WITH ORDINALITY AS line (content, position)
    CROSS JOIN jsonb_populate_record(NULL::wms.item_component, line.content) AS given
    WHERE made.kind = 'assembly'
)
SELECT id::text AS key FROM made;
