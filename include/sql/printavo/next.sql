-- The base tables as they will be once what is staged is merged; afterwards they show the same.
CREATE OR REPLACE VIEW printavo_staging.next_status AS
SELECT id, name, type FROM printavo_staging.status WHERE NOT refused
UNION ALL
SELECT id, name, type FROM printavo.status AS o
WHERE gone_at IS NULL AND NOT EXISTS (SELECT FROM printavo_staging.status AS s WHERE s.id = o.id AND NOT s.refused);

CREATE OR REPLACE VIEW printavo_staging.next_customer AS
SELECT id, company_name, primary_contact_id FROM printavo_staging.customer WHERE NOT refused
UNION ALL
SELECT id, company_name, primary_contact_id FROM printavo.customer AS o
WHERE gone_at IS NULL AND NOT EXISTS (SELECT FROM printavo_staging.customer AS s WHERE s.id = o.id AND NOT s.refused)
  AND NOT EXISTS (SELECT FROM printavo_staging.gone AS g WHERE g.name = 'customer' AND g.id = o.id);

CREATE OR REPLACE VIEW printavo_staging.next_contact AS
SELECT id, customer_id, full_name, email FROM printavo_staging.contact WHERE NOT refused
UNION ALL
SELECT id, customer_id, full_name, email FROM printavo.contact AS o
WHERE gone_at IS NULL AND NOT EXISTS (SELECT FROM printavo_staging.contact AS s WHERE s.id = o.id AND NOT s.refused)
  AND NOT EXISTS (SELECT FROM printavo_staging.gone AS g WHERE g.name = 'contact' AND g.id = o.id);

CREATE OR REPLACE VIEW printavo_staging.next_orders AS
SELECT id, visual_id, nickname, kind, customer_id, contact_id, status_id, created_on, customer_due, production_due, total,
       amount_paid, amount_outstanding, quantity, po_number, url, updated_at
FROM printavo_staging.orders WHERE NOT refused
UNION ALL
SELECT o.id, o.visual_id, o.nickname, o.kind, coalesce(c.customer_id, o.customer_id), o.contact_id, o.status_id,
       o.created_on, o.customer_due, o.production_due, o.total, o.amount_paid, o.amount_outstanding, o.quantity,
       o.po_number, o.url, o.updated_at
FROM printavo.orders AS o
LEFT JOIN printavo_staging.next_contact AS c ON c.id = o.contact_id
WHERE o.gone_at IS NULL AND NOT EXISTS (SELECT FROM printavo_staging.orders AS s WHERE s.id = o.id AND NOT s.refused)
  AND NOT EXISTS (SELECT FROM printavo_staging.gone AS g WHERE g.name = 'orders' AND g.id = o.id);
