INSERT INTO printavo.{table} AS t (order_id, visual_id, nickname, kind, customer_name, contact_name, contact_email, status,
    created_on, customer_due, production_due, total, amount_paid, amount_outstanding, quantity, po_number, public_url,
    updated_at, due_from)
SELECT order_id, visual_id, nickname, kind, customer_name, contact_name, contact_email, status, created_on, customer_due,
       production_due, total, amount_paid, amount_outstanding, quantity, po_number, public_url, updated_at, due_from
FROM printavo_staging.book WHERE company = %(company)s AND order_id <> ALL(%(moved)s)
ON CONFLICT (order_id) DO UPDATE
SET visual_id = EXCLUDED.visual_id, nickname = EXCLUDED.nickname, kind = EXCLUDED.kind,
    customer_name = EXCLUDED.customer_name, contact_name = EXCLUDED.contact_name,
    contact_email = EXCLUDED.contact_email, status = EXCLUDED.status, created_on = EXCLUDED.created_on,
    customer_due = EXCLUDED.customer_due, production_due = EXCLUDED.production_due, total = EXCLUDED.total,
    amount_paid = EXCLUDED.amount_paid, amount_outstanding = EXCLUDED.amount_outstanding,
    quantity = EXCLUDED.quantity, po_number = EXCLUDED.po_number, public_url = EXCLUDED.public_url,
    updated_at = EXCLUDED.updated_at, due_from = EXCLUDED.due_from
WHERE (t.visual_id, t.nickname, t.kind, t.customer_name, t.contact_name, t.contact_email, t.status, t.created_on,
       t.customer_due, t.production_due, t.total, t.amount_paid, t.amount_outstanding, t.quantity, t.po_number,
       t.public_url, t.updated_at, t.due_from)
      IS DISTINCT FROM
      (EXCLUDED.visual_id, EXCLUDED.nickname, EXCLUDED.kind, EXCLUDED.customer_name, EXCLUDED.contact_name,
       EXCLUDED.contact_email, EXCLUDED.status, EXCLUDED.created_on, EXCLUDED.customer_due, EXCLUDED.production_due,
       EXCLUDED.total, EXCLUDED.amount_paid, EXCLUDED.amount_outstanding, EXCLUDED.quantity, EXCLUDED.po_number,
       EXCLUDED.public_url, EXCLUDED.updated_at, EXCLUDED.due_from);
