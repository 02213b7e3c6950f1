-- What the rules for payments, refunds and returns read.
SELECT seq, id, order_id, kind, amount, paid_on FROM printavo_staging.payment WHERE '{run_id}' <> ''
