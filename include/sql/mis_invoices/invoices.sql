-- The valid invoices, with what is agreed of them and of their customers; in the plan's order.
SELECT s.key, s.content, s.hash, b.remote_id AS bound_id, b.base_hash, c.remote_id AS customer_id
FROM accordant.staged_record AS s
LEFT JOIN accordant.binding AS b
       ON b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s AND b.object_type = 'invoice' AND b.key = s.key
LEFT JOIN accordant.binding AS c
       ON c.flow = %(flow)s AND c.ours = %(ours)s AND c.theirs = %(theirs)s AND c.object_type = 'customer'
      AND c.key = s.content->>'customer'
WHERE s.run_id = %(run_id)s AND s.side = 'ours' AND s.object_type = 'invoice' AND s.valid
ORDER BY s.key COLLATE "C";
