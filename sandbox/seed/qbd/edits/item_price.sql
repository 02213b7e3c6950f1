UPDATE wms.item_inventory AS inventory SET sales_price = 41.5
FROM wms.item
WHERE item.id = inventory.item_id AND item.quickbooks_id = %(id)s;
