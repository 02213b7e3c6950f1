-- One more of what the first line sells, on a line of its own.
INSERT INTO wms.sales_order_line
    (sales_order_id, position, item_id, description, quantity, unit_price, amount, sales_tax_code)
SELECT line.sales_order_id, 99, line.item_id, 'One more', 1, line.unit_price, round(line.unit_price, 2),
       line.sales_tax_code
FROM wms.sales_order_line AS line
JOIN wms.sales_order ON sales_order.id = line.sales_order_id
WHERE sales_order.quickbooks_id = %(id)s AND line.position = 1;
