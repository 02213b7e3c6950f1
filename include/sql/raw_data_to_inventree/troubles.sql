-- What stands in the way of these orders and of their lines.
SELECT CASE WHEN t.parent = '' OR t.object_type = 'sales_order' THEN t.key ELSE t.parent END AS order_key,
       t.object_type, t.key, t.code, t.field, t.sentence, t.severity
FROM accordant.run_trouble AS t
JOIN unnest(%(orders)s::text[], %(sources)s::text[]) AS o (key, source)
  ON o.source = t.source
 AND (t.key = o.key AND t.object_type = 'sales_order' OR t.parent = o.key AND t.object_type = 'sales_order_line')
WHERE t.run_id = %(run_id)s
ORDER BY order_key, t.key, t.code;
