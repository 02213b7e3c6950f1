-- Writes what Printavo says into a company's table; due dates only where nobody corrected or edited them.
WITH kept AS (
    SELECT d.*, CASE WHEN edited OR customer_corrected THEN customer_due ELSE printavo_customer_due END AS new_customer_due,
           CASE WHEN edited OR production_corrected THEN production_due ELSE printavo_production_due END AS new_production_due
    FROM pg_temp.due AS d WHERE company = %(company)s),
named AS (
    SELECT *, CASE WHEN edited AND due_from IN ('Printavo', 'by hand', 'CSV') THEN due_from
                   WHEN (new_customer_due, new_production_due)
                        IS NOT DISTINCT FROM (printavo_customer_due, printavo_production_due) THEN 'Printavo'
                   WHEN due_from IN ('by hand', 'CSV') THEN due_from
                   WHEN source = 'CSV' THEN 'CSV' ELSE 'by hand' END AS new_due_from
    FROM kept)
UPDATE printavo.{table} AS t
SET visual_id = e.visual_id, nickname = e.nickname, kind = e.kind, customer_name = e.customer_name,
    contact_name = e.contact_name, contact_email = e.contact_email, status = e.status, created_on = e.created_on,
    customer_due = n.new_customer_due, production_due = n.new_production_due, total = e.total,
    amount_paid = e.amount_paid, amount_outstanding = e.amount_outstanding, quantity = e.quantity,
    po_number = e.po_number, public_url = e.public_url, updated_at = e.updated_at, due_from = n.new_due_from
FROM pg_temp.expected AS e JOIN named AS n USING (company, order_id)
WHERE e.company = %(company)s AND t.order_id = e.order_id
  AND (t.visual_id, t.nickname, t.kind, t.customer_name, t.contact_name, t.contact_email, t.status, t.created_on,
       t.customer_due, t.production_due, t.total, t.amount_paid, t.amount_outstanding, t.quantity, t.po_number,
       t.public_url, t.updated_at, t.due_from)
      IS DISTINCT FROM
      (e.visual_id, e.nickname, e.kind, e.customer_name, e.contact_name, e.contact_email, e.status, e.created_on,
       n.new_customer_due, n.new_production_due, e.total, e.amount_paid, e.amount_outstanding, e.quantity, e.po_number,
       e.public_url, e.updated_at, n.new_due_from);
