-- What stands in the way of these orders and of their lines, in whichever of the run's documents it was seen.
SELECT source, object_type, key, parent, code, field, sentence, severity FROM accordant.run_trouble
WHERE run_id = %(run_id)s
  AND (object_type = 'sales_order' AND key = ANY(%(orders)s) OR object_type = 'sales_order_line' AND parent = ANY(%(orders)s))
ORDER BY object_type, key, code, field, source;
