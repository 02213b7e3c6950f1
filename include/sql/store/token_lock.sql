-- The tokens of an account, once nobody else renews them; nobody else does until this transaction ends.
SELECT sealed, seed FROM accordant.token WHERE account = %(account)s FOR UPDATE;
