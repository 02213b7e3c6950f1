-- Puts missing orders into a company's table, with the due dates that were corrected while they were there before.
INSERT INTO printavo.{table} (order_id, visual_id, nickname, kind, customer_name, contact_name, contact_email, status,
    created_on, customer_due, production_due, total, amount_paid, amount_outstanding, quantity, po_number, public_url,
    updated_at, due_from)
SELECT e.order_id, e.visual_id, e.nickname, e.kind, e.customer_name, e.contact_name, e.contact_email, e.status,
       e.created_on, CASE WHEN k.customer THEN d.customer_due ELSE e.customer_due END,
       CASE WHEN k.production THEN d.production_due ELSE e.production_due END,
       e.total, e.amount_paid, e.amount_outstanding, e.quantity, e.po_number, e.public_url, e.updated_at,
       CASE WHEN NOT k.customer AND NOT k.production THEN 'Printavo' WHEN d.source = 'CSV' THEN 'CSV' ELSE 'by hand' END
FROM pg_temp.expected AS e
LEFT JOIN printavo.company_due AS d ON (d.company, d.order_id) = (e.company, e.order_id)
CROSS JOIN LATERAL (
    SELECT d.order_id IS NOT NULL AND d.customer_due IS DISTINCT FROM d.printavo_customer_due
           AND d.customer_due IS DISTINCT FROM e.customer_due AS customer,
           d.order_id IS NOT NULL AND d.production_due IS DISTINCT FROM d.printavo_production_due
           AND d.production_due IS DISTINCT FROM e.production_due AS production) AS k
WHERE e.company = %(company)s
ON CONFLICT (order_id) DO NOTHING;
