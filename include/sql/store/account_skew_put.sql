UPDATE accordant.account SET skew = %(skew)s, seen_at = now() WHERE account = %(account)s;
