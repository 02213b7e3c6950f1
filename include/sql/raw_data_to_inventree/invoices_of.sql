-- All invoices of these documents, good or not, in their order.
SELECT key, parent, position, hash, valid, content FROM accordant.staged_record
WHERE run_id = %(run_id)s AND side = 'ours' AND object_type = 'sales_order' AND parent = ANY(%(sources)s)
ORDER BY parent, position, seq;
