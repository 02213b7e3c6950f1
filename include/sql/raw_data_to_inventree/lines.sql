-- The valid lines of these orders, from the document that each order is taken from.
SELECT DISTINCT ON (l.parent COLLATE "C", l.position, l.key) l.key, l.parent, l.content
FROM accordant.staged_record AS l
JOIN unnest(%(orders)s::text[], %(sources)s::text[]) AS o (key, source)
  ON o.key = l.parent AND o.source = l.content->>'source'
WHERE l.run_id = %(run_id)s AND l.side = 'ours' AND l.object_type = 'sales_order_line' AND l.valid
  AND l.content->>'name' IS NOT NULL
ORDER BY l.parent COLLATE "C", l.position, l.key, l.seq;
