-- What each company's table should show of Printavo, worked out anew from the base tables.
CREATE TEMP TABLE expected ON COMMIT DROP AS
SELECT k.company, o.id AS order_id, o.visual_id, o.nickname, o.kind,
       (SELECT c.company_name FROM printavo.customer AS c WHERE c.id = o.customer_id AND c.gone_at IS NULL) AS customer_name,
       (SELECT c.full_name FROM printavo.contact AS c WHERE c.id = o.contact_id AND c.gone_at IS NULL) AS contact_name,
       (SELECT c.email FROM printavo.contact AS c WHERE c.id = o.contact_id AND c.gone_at IS NULL) AS contact_email,
       (SELECT s.name FROM printavo.status AS s WHERE s.id = o.status_id AND s.gone_at IS NULL) AS status,
       o.created_on, o.customer_due, o.production_due, o.total, o.amount_paid, o.amount_outstanding, o.quantity,
       o.po_number, o.url AS public_url, o.updated_at
FROM pg_temp.company AS k CROSS JOIN printavo.orders AS o
WHERE o.gone_at IS NULL
  AND (EXISTS (SELECT FROM printavo.company_member AS m WHERE (m.company, m.kind, m.id) = (k.company, 'customer', o.customer_id))
    OR EXISTS (SELECT FROM printavo.company_member AS m WHERE (m.company, m.kind, m.id) = (k.company, 'contact', o.contact_id)))
  AND NOT EXISTS (SELECT FROM printavo.company_member AS m WHERE (m.company, m.kind, m.id) = (k.company, 'excluded contact', o.contact_id))
  AND NOT EXISTS (SELECT FROM pg_temp.hidden AS h WHERE (h.company, h.status_id) = (k.company, o.status_id))
