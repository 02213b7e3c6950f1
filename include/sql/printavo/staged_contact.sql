SELECT seq, id AS key, '' AS parent, id AS source FROM printavo_staging.contact WHERE seq = ANY(%(seqs)s) ORDER BY seq;
