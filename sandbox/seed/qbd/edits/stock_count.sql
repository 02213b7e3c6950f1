-- Somebody counted: three less than thought, in the main warehouse.
WITH made AS (
    INSERT INTO wms.inventory_adjustment (transaction_date, ref_number, memo, account, site_id)
    SELECT '2026-03-02', 'ADJ-901', 'Cycle count', 'Stock Differences', site.id
    FROM wms.site
    WHERE site.name = 'Main Warehouse'
    RETURNING id
)
INSERT INTO wms.inventory_adjustment_line (inventory_adjustment_id, position, item_id, quantity_difference)
SELECT made.id, 1, item.id, -3
FROM made
CROSS JOIN wms.item
WHERE item.quickbooks_id = %(id)s;
