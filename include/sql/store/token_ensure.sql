-- There is a row to lock.
INSERT INTO accordant.token (account) VALUES (%(account)s) ON CONFLICT DO NOTHING;
