SELECT seq, id AS key, '' AS parent, id AS source FROM printavo_staging.customer WHERE seq = ANY(%(seqs)s) ORDER BY seq;
