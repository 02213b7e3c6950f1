SELECT seq, id AS key, order_id AS parent, order_id AS source FROM printavo_staging.payment WHERE seq = ANY(%(seqs)s) ORDER BY seq;
