UPDATE printavo_staging.contact SET refused = true WHERE seq = ANY(%(seqs)s);
