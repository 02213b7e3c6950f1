SELECT finished_at FROM printavo.full_read WHERE account = %(account)s;
