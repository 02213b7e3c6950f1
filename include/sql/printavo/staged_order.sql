SELECT seq, id AS key, '' AS parent, id AS source FROM printavo_staging.orders WHERE seq = ANY(%(seqs)s) ORDER BY seq;
