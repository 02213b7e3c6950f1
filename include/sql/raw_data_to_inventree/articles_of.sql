-- All articles of these documents, good or not, in their order.
SELECT key, parent, position, valid, content FROM accordant.staged_record
WHERE run_id = %(run_id)s AND side = 'ours' AND object_type = 'sales_order_line' AND parent = ANY(%(orders)s)
  AND content->>'source' = ANY(%(sources)s)
ORDER BY parent, position, seq;
