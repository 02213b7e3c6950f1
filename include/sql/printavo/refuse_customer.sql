UPDATE printavo_staging.customer SET refused = true WHERE seq = ANY(%(seqs)s);
