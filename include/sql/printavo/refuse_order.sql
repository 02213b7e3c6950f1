UPDATE printavo_staging.orders SET refused = true WHERE seq = ANY(%(seqs)s);
