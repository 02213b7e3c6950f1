-- The tokens of an account, without waiting for whoever renews them.
SELECT sealed, seed FROM accordant.token WHERE account = %(account)s AND sealed IS NOT NULL;
