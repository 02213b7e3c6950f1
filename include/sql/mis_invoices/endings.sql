-- How the staged invoices ended: their operation, those of their customer and item, and what stands in their way.
-- What is bound without an operation is agreed only if a plan was made of what this reading found in QuickBooks.
SELECT s.key, s.hash, s.valid, s.content->'mis_id' AS mis_id, b.remote_id AS bound_id, t.code AS trouble,
       p.created_at >= r.read_at AS planned,
       o.state, o.code, o.detail,
       c.state AS customer_state, c.code AS customer_code, c.detail AS customer_detail,
       i.state AS item_state, i.code AS item_code, i.detail AS item_detail
FROM accordant.staged_record AS s
JOIN accordant.run AS r ON r.id = s.run_id
LEFT JOIN accordant.plan AS p ON p.run_id = s.run_id
LEFT JOIN accordant.binding AS b
       ON b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s AND b.object_type = 'invoice' AND b.key = s.key
LEFT JOIN accordant.operation AS o ON o.run_id = s.run_id AND o.object_type = 'invoice' AND o.key = s.key
LEFT JOIN accordant.operation AS c ON c.run_id = s.run_id AND c.object_type = 'customer' AND c.key = s.content->>'customer'
LEFT JOIN accordant.operation AS i ON i.run_id = s.run_id AND i.object_type = 'item' AND i.key = s.content->>'item_key'
LEFT JOIN LATERAL (
    SELECT t.code FROM accordant.trouble AS t
    WHERE t.flow = %(flow)s AND t.ours = %(ours)s AND t.theirs = %(theirs)s AND t.source = s.key AND t.severity <> 'warning'
      AND t.object_type = 'invoice' AND t.last_seen >= r.read_at
    ORDER BY t.code LIMIT 1) AS t ON true
WHERE s.run_id = %(run_id)s AND s.side = 'ours' AND s.object_type = 'invoice'
ORDER BY s.seq;
