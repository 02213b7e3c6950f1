-- What the rules for orders read.
SELECT s.seq, s.id, s.kind, s.visual_id, s.status_id, s.contact_id, s.total, s.amount_paid, s.amount_outstanding,
       s.created_on, s.customer_due, s.customer_due >= s.created_on AS due_after_creation,
       abs(s.total - s.amount_paid - s.amount_outstanding) <= 0.01 AS adds_up,
       count(*) OVER (PARTITION BY s.visual_id) AS of_that_number
FROM printavo_staging.orders AS s WHERE '{run_id}' <> ''
