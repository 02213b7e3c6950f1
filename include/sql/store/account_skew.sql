SELECT skew FROM accordant.account WHERE account = %(account)s;
