-- What would change in one company's table: orders that enter, change and leave it.
SELECT coalesce(b.order_id, t.order_id) AS id, coalesce(b.visual_id, t.visual_id) AS visual_id,
       CASE WHEN t.order_id IS NOT NULL THEN to_jsonb(t) END AS before,
       CASE WHEN b.order_id IS NOT NULL THEN to_jsonb(b) END AS after,
       coalesce(b.customer_change, '') AS customer_change, coalesce(b.production_change, '') AS production_change,
       b.printavo_customer_due, b.printavo_production_due, b.our_customer_due, b.our_production_due,
       b.due_from, b.shown, b.seen_customer_due, b.seen_production_due,
       n.id IS NULL AS is_gone, EXISTS (SELECT FROM printavo.orders AS k WHERE k.id = t.order_id) AS is_known, s.name AS status_now
FROM printavo.{table} AS t
FULL JOIN (SELECT * FROM printavo_staging.book WHERE company = %(company)s) AS b ON b.order_id = t.order_id
LEFT JOIN printavo_staging.next_orders AS n ON n.id = t.order_id
LEFT JOIN printavo_staging.next_status AS s ON s.id = n.status_id
WHERE b.order_id IS NULL OR t.order_id IS NULL
   OR (t.visual_id, t.nickname, t.kind, t.customer_name, t.contact_name, t.contact_email, t.status, t.created_on,
       t.customer_due, t.production_due, t.total, t.amount_paid, t.amount_outstanding, t.quantity, t.po_number,
       t.public_url, t.updated_at, t.due_from)
      IS DISTINCT FROM
      (b.visual_id, b.nickname, b.kind, b.customer_name, b.contact_name, b.contact_email, b.status, b.created_on,
       b.customer_due, b.production_due, b.total, b.amount_paid, b.amount_outstanding, b.quantity, b.po_number,
       b.public_url, b.updated_at, b.due_from)
   OR b.customer_change <> '' OR b.production_change <> ''
ORDER BY 1;
