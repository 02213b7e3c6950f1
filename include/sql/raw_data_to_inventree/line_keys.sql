-- The keys of all lines that each of these orders was given, good or not.
SELECT l.parent, array_agg(DISTINCT l.key) AS keys
FROM accordant.staged_record AS l
JOIN unnest(%(orders)s::text[], %(sources)s::text[]) AS o (key, source)
  ON o.key = l.parent AND o.source = l.content->>'source'
WHERE l.run_id = %(run_id)s AND l.side = 'ours' AND l.object_type = 'sales_order_line'
GROUP BY l.parent;
