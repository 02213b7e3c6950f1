UPDATE printavo_staging.orders SET refused = true
WHERE id IN (SELECT order_id FROM printavo_staging.payment WHERE seq = ANY(%(seqs)s));
