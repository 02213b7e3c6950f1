SELECT fingerprint FROM accordant.account WHERE account = %(account)s;
