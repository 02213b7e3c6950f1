-- What the WMS's own screen does after an edit of the lines.
UPDATE wms.sales_order AS target
SET sales_tax_total = sums.tax, total_amount = sums.subtotal + sums.tax
FROM (
    SELECT sales_order.id, sum(line.amount) AS subtotal,
           round(sum(line.amount) * sales_order.sales_tax_percentage / 100, 2) AS tax
    FROM wms.sales_order
    JOIN wms.sales_order_line AS line ON line.sales_order_id = sales_order.id
    WHERE sales_order.quickbooks_id = %(id)s
    GROUP BY sales_order.id
) AS sums
WHERE target.id = sums.id;
