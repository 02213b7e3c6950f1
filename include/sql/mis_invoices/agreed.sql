-- The valid invoices, with the ids of what they refer to, and what stands in their way.
SELECT s.key, s.content, s.hash, c.remote_id AS customer_id, i.remote_id AS item_id,
       COALESCE(t.code, CASE 'not_applied' WHEN co.state THEN co.code WHEN io.state THEN io.code END) AS trouble
FROM accordant.staged_record AS s
JOIN accordant.run AS r ON r.id = s.run_id
LEFT JOIN accordant.binding AS c
       ON c.flow = %(flow)s AND c.ours = %(ours)s AND c.theirs = %(theirs)s AND c.object_type = 'customer'
      AND c.key = s.content->>'customer'
LEFT JOIN accordant.binding AS i
       ON i.flow = %(flow)s AND i.ours = %(ours)s AND i.theirs = %(theirs)s AND i.object_type = 'item'
      AND i.key = s.content->>'item_key'
LEFT JOIN accordant.operation AS co
       ON co.run_id = s.run_id AND co.object_type = 'customer' AND co.key = s.content->>'customer'
LEFT JOIN accordant.operation AS io
       ON io.run_id = s.run_id AND io.object_type = 'item' AND io.key = s.content->>'item_key'
LEFT JOIN LATERAL (
    SELECT t.code FROM accordant.trouble AS t
    WHERE t.flow = %(flow)s AND t.ours = %(ours)s AND t.theirs = %(theirs)s AND t.source = s.key AND t.severity <> 'warning'
      AND t.last_seen >= r.read_at
    ORDER BY t.code LIMIT 1) AS t ON true
WHERE s.run_id = %(run_id)s AND s.side = 'ours' AND s.object_type = 'invoice' AND s.valid
ORDER BY s.seq;
