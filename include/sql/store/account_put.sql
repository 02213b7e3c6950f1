-- The first company file that answers under an account is the one that is agreed with.
INSERT INTO accordant.account (account, fingerprint) VALUES (%(account)s, %(fingerprint)s)
ON CONFLICT (account) DO NOTHING;
