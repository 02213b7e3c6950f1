-- What the companies' tables should hold: the orders of their members whose status is not hidden, and the due dates as
-- the merge rule decides on them. `seen_*` is what stands in the table now.
WITH visible AS (
    SELECT m.company, o.*, c.full_name AS contact_name, c.email AS contact_email, k.company_name AS customer_name,
           s.name AS status
    FROM (SELECT DISTINCT m.company, o.id
          FROM printavo_staging.next_orders AS o
          JOIN printavo_staging.member AS m
            ON (m.kind = 'customer' AND m.id = o.customer_id) OR (m.kind = 'contact' AND m.id = o.contact_id)) AS m
    JOIN printavo_staging.next_orders AS o USING (id)
    LEFT JOIN printavo_staging.next_contact AS c ON c.id = o.contact_id
    LEFT JOIN printavo_staging.next_customer AS k ON k.id = o.customer_id
    LEFT JOIN printavo_staging.next_status AS s ON s.id = o.status_id
    WHERE NOT EXISTS (SELECT FROM printavo_staging.member AS e
                      WHERE e.company = m.company AND e.kind = 'excluded contact' AND e.id = o.contact_id)
      AND NOT EXISTS (SELECT FROM printavo_staging.hidden_status AS h
                      WHERE h.company = m.company AND h.status_id = o.status_id)),
known AS (
    SELECT v.*, t.order_id IS NOT NULL AS shown, t.customer_due AS seen_customer_due,
           t.production_due AS seen_production_due, d.source,
           CASE WHEN d.order_id IS NULL THEN v.customer_due ELSE d.printavo_customer_due END AS agreed_customer_due,
           CASE WHEN d.order_id IS NULL THEN v.production_due ELSE d.printavo_production_due END AS agreed_production_due,
           CASE WHEN t.order_id IS NOT NULL THEN t.customer_due
                WHEN d.order_id IS NOT NULL THEN d.customer_due ELSE v.customer_due END AS kept_customer_due,
           CASE WHEN t.order_id IS NOT NULL THEN t.production_due
                WHEN d.order_id IS NOT NULL THEN d.production_due ELSE v.production_due END AS kept_production_due,
           d.customer_due AS noted_customer_due, d.production_due AS noted_production_due
    FROM visible AS v
    LEFT JOIN printavo_staging.shown AS t ON (t.company, t.order_id) = (v.company, v.id)
    LEFT JOIN printavo.company_due AS d ON (d.company, d.order_id) = (v.company, v.id)),
told AS (  -- a file that only repeats what Printavo says, or said, corrects nothing
    SELECT k.*, x.customer_due AS file_customer_due, x.production_due AS file_production_due,
           coalesce(x.sets_customer_due AND x.customer_due IS DISTINCT FROM k.customer_due
                    AND x.customer_due IS DISTINCT FROM k.agreed_customer_due, false) AS sets_customer_due,
           coalesce(x.sets_production_due AND x.production_due IS DISTINCT FROM k.production_due
                    AND x.production_due IS DISTINCT FROM k.agreed_production_due, false) AS sets_production_due
    FROM known AS k
    LEFT JOIN printavo_staging.correction AS x ON (x.company, x.order_id) = (k.company, k.id)),
sides AS (
    SELECT *,
           CASE WHEN sets_customer_due THEN file_customer_due ELSE kept_customer_due END AS our_customer_due,
           CASE WHEN sets_production_due THEN file_production_due ELSE kept_production_due END AS our_production_due,
           sets_customer_due OR (source = 'CSV' AND noted_customer_due IS NOT DISTINCT FROM kept_customer_due)
               AS customer_from_file,
           sets_production_due OR (source = 'CSV' AND noted_production_due IS NOT DISTINCT FROM kept_production_due)
               AS production_from_file
    FROM told),
ruled AS (
    SELECT *,
           CASE WHEN our_customer_due IS NOT DISTINCT FROM customer_due THEN ''
                WHEN customer_due IS NOT DISTINCT FROM agreed_customer_due THEN 'ours'
                WHEN our_customer_due IS NOT DISTINCT FROM agreed_customer_due THEN 'theirs'
                ELSE 'both' END AS customer_change,
           CASE WHEN our_production_due IS NOT DISTINCT FROM production_due THEN ''
                WHEN production_due IS NOT DISTINCT FROM agreed_production_due THEN 'ours'
                WHEN our_production_due IS NOT DISTINCT FROM agreed_production_due THEN 'theirs'
                ELSE 'both' END AS production_change
    FROM sides)
INSERT INTO printavo_staging.book
SELECT company, id, visual_id, nickname, kind, customer_name, contact_name, contact_email, status, created_on,
       CASE WHEN customer_change = 'ours' OR (customer_change = 'both' AND NOT %(printavo_wins)s) THEN our_customer_due
            ELSE customer_due END,
       CASE WHEN production_change = 'ours' OR (production_change = 'both' AND NOT %(printavo_wins)s) THEN our_production_due
            ELSE production_due END,
       total, amount_paid, amount_outstanding, quantity, po_number, url, updated_at,
       CASE WHEN customer_change = 'ours' OR (customer_change = 'both' AND NOT %(printavo_wins)s)
            THEN CASE WHEN customer_from_file THEN 'CSV' ELSE 'by hand' END
            WHEN production_change = 'ours' OR (production_change = 'both' AND NOT %(printavo_wins)s)
            THEN CASE WHEN production_from_file THEN 'CSV' ELSE 'by hand' END
            ELSE 'Printavo' END,
       customer_due, production_due, shown, seen_customer_due, seen_production_due,
       our_customer_due, our_production_due, customer_change, production_change
FROM ruled;
