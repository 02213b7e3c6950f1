-- Five more of what the first line sells.
UPDATE wms.sales_order_line AS line
SET quantity = quantity + 5, amount = round((quantity + 5) * unit_price, 2)
FROM wms.sales_order
WHERE sales_order.id = line.sales_order_id AND sales_order.quickbooks_id = %(id)s AND line.position = 1;
