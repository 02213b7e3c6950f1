DELETE FROM wms.sales_order_line AS line
USING wms.sales_order
WHERE sales_order.id = line.sales_order_id AND sales_order.quickbooks_id = %(id)s AND line.position = 2;
