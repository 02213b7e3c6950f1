DELETE FROM printavo.{table} AS t
WHERE NOT EXISTS (SELECT FROM printavo_staging.book AS b WHERE b.company = %(company)s AND b.order_id = t.order_id);
