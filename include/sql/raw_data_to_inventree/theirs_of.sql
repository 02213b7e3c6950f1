-- The staged orders with these markers, or the staged lines of these orders.
SELECT DISTINCT ON (object_type, remote_id) object_type, remote_id, key, parent, content
FROM accordant.staged_record
WHERE run_id = %(run_id)s AND side = 'theirs'
  AND ((object_type = 'sales_order' AND key = ANY(%(keys)s))
       OR (object_type = 'sales_order_line' AND parent = ANY(%(keys)s)))
ORDER BY object_type, remote_id, seq;
