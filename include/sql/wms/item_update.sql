-- Writes only what the patch names; null empties a field. jsonb_populate_record fills the rest from the row itself.
-- `lines` is the whole list in its order: a line with an id is kept and changed, without one it is new, absent it goes.
-- The kind cannot change. Only the table of its kind has a row, so the other four updates find nothing.
WITH changed AS (
    UPDATE wms.item
    SET (name, parent_id, is_active, sku, sales_tax_code, custom_fields) = (
        SELECT patch.name,
               CASE WHEN %(patch)s::jsonb ? 'parent' THEN (%(patch)s::jsonb ->> 'parent')::bigint
                    ELSE item.parent_id END,
               COALESCE(patch.is_active, true), patch.sku, patch.sales_tax_code,
               COALESCE(patch.custom_fields, '{}')
        FROM jsonb_populate_record(item, %(patch)s::jsonb) AS patch
    )
    WHERE item.id = %(key)s::bigint
    RETURNING item.id
), inventory AS (
    UPDATE wms.item_inventory AS inventory
    SET (sales_description, sales_price, purchase_description, purchase_cost, quantity_on_hand, quantity_on_order,
         quantity_on_sales_order, reorder_point, asset_account, cogs_account, income_account,
         unit_of_measure_set, purchase_tax_code, preferred_vendor_id) = (
        SELECT patch.sales_description, patch.sales_price, patch.purchase_description, patch.purchase_cost,
               patch.quantity_on_hand, patch.quantity_on_order, patch.quantity_on_sales_order, patch.reorder_point,
               patch.asset_account, patch.cogs_account, patch.income_account, patch.unit_of_measure_set,
               patch.purchase_tax_code,
               CASE WHEN %(patch)s::jsonb ? 'preferred_vendor' THEN (%(patch)s::jsonb ->> 'preferred_vendor')::bigint
                    ELSE inventory.preferred_vendor_id END
        FROM jsonb_populate_record(inventory, %(patch)s::jsonb) AS patch
    )
    WHERE inventory.item_id = %(key)s::bigint
), non_inventory AS (
    UPDATE wms.item_non_inventory AS non_inventory
    SET (sales_description, sales_price, purchase_description, purchase_cost, income_account, expense_account,
         is_purchased, unit_of_measure_set, purchase_tax_code, preferred_vendor_id) = (
        SELECT patch.sales_description, patch.sales_price, patch.purchase_description, patch.purchase_cost,
               patch.income_account, patch.expense_account, COALESCE(patch.is_purchased, false),
               patch.unit_of_measure_set, patch.purchase_tax_code,
               CASE WHEN %(patch)s::jsonb ? 'preferred_vendor' THEN (%(patch)s::jsonb ->> 'preferred_vendor')::bigint
                    ELSE non_inventory.preferred_vendor_id END
        FROM jsonb_populate_record(non_inventory, %(patch)s::jsonb) AS patch
    )
    WHERE non_inventory.item_id = %(key)s::bigint
), service AS (
    UPDATE wms.item_service AS service
    SET (sales_description, sales_price, purchase_description, purchase_cost, income_account, expense_account,
         is_purchased, unit_of_measure_set, purchase_tax_code, preferred_vendor_id) = (
        SELECT patch.sales_description, patch.sales_price, patch.purchase_description, patch.purchase_cost,
               patch.income_account, patch.expense_account, COALESCE(patch.is_purchased, false),
               patch.unit_of_measure_set, patch.purchase_tax_code,
               CASE WHEN %(patch)s::jsonb ? 'preferred_vendor' THEN (%(patch)s::jsonb ->> 'preferred_vendor')::bigint
                    ELSE service.preferred_vendor_id END
        FROM jsonb_populate_record(service, %(patch)s::jsonb) AS patch
    )
    WHERE service.item_id = %(key)s::bigint
), discount AS (
    UPDATE wms.item_discount AS discount
    SET (sales_description, discount_rate, discount_percent, income_account) = (
        SELECT patch.sales_description, patch.discount_rate, patch.discount_percent, patch.income_account
        FROM jsonb_populate_record(discount, %(patch)s::jsonb) AS patch
    )
    WHERE discount.item_id = %(key)s::bigint
), assembly AS (
    UPDATE wms.item_assembly AS assembly
    SET (sales_description, sales_price, purchase_description, purchase_cost, quantity_on_hand, quantity_on_order,
         quantity_on_sales_order, reorder_point, asset_account, cogs_account, income_account,
         unit_of_measure_set, purchase_tax_code, preferred_vendor_id) = (
        SELECT patch.sales_description, patch.sales_price, patch.purchase_description, patch.purchase_cost,
               patch.quantity_on_hand, patch.quantity_on_order, patch.quantity_on_sales_order, patch.reorder_point,
               patch.asset_account, patch.cogs_account, patch.income_account, patch.unit_of_measure_set,
               patch.purchase_tax_code,
               CASE WHEN %(patch)s::jsonb ? 'preferred_vendor' THEN (%(patch)s::jsonb ->> 'preferred_vendor')::bigint
                    ELSE assembly.preferred_vendor_id END
        FROM jsonb_populate_record(assembly, %(patch)s::jsonb) AS patch
    )
    WHERE assembly.item_id = %(key)s::bigint
), lines AS (
    SELECT (line.content ->> 'id')::bigint AS id, line.content, line.position
    FROM jsonb_array_elements(NULLIF(%(patch)s::jsonb -> 'lines', 'null')) WITH ORDINALITY AS line (content, position)
), removed AS (
    DELETE FROM wms.item_component AS line
    WHERE %(patch)s::jsonb ? 'lines'
      AND line.assembly_id = %(key)s::bigint
      AND NOT EXISTS (SELECT FROM lines WHERE lines.id = line.id)
), kept AS (
    UPDATE wms.item_component AS line
    SET (position, item_id, quantity, quickbooks_id) = (
        SELECT lines.position,
               CASE WHEN lines.content ? 'item' THEN (lines.content ->> 'item')::bigint ELSE line.item_id END,
               patch.quantity, patch.quickbooks_id
        FROM jsonb_populate_record(line, lines.content) AS patch
    )
    FROM lines
    WHERE line.id = lines.id AND line.assembly_id = %(key)s::bigint
), added AS (
    -- An id that is not here any more was deleted meanwhile: what the patch says still has to be here.
    INSERT INTO wms.item_component
        (assembly_id, position, item_id, quantity, quickbooks_id)
    SELECT changed.id, lines.position, (lines.content ->> 'item')::bigint, patch.quantity, patch.quickbooks_id
    FROM changed
    CROSS JOIN lines
    CROSS JOIN jsonb_populate_record(NULL::wms.item_component, lines.content) AS patch
    WHERE NOT EXISTS (
        SELECT FROM wms.item_component AS line
        WHERE line.id = lines.id AND line.assembly_id = %(key)s::bigint
    )
)
SELECT id::text AS key FROM changed;
