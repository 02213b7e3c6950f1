UPDATE accordant.token SET sealed = %(sealed)s, seed = %(seed)s, refreshed_at = clock_timestamp()
WHERE account = %(account)s;
