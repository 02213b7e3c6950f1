SELECT order_id, customer_due, production_due FROM printavo.{table} WHERE order_id = ANY(%(ids)s);
