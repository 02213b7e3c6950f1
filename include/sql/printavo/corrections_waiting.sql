SELECT DISTINCT file FROM printavo_staging.correction WHERE company = %(company)s AND order_id = ANY(%(orders)s) ORDER BY file;
