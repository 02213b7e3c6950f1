-- One reservation at a time per account; a statement of its own, so that the next one sees what the last one wrote.
SELECT pg_advisory_xact_lock(%(lock)s, hashtext(%(account)s));
