-- Of each counter and item the last adjustment that should have been written, where it was not: how it ended, and
-- whether the item stood in it alone. What a person wants tried again does not count as refused.
SELECT last.* FROM (
    SELECT DISTINCT ON (o.key, line->>'item') o.key AS counter, line->>'item' AS item, line->>'quantity' AS quantity,
           line->>'value' AS value, o.state, o.code, o.detail,
           jsonb_array_length(o.after->'lines') = 1 AS alone
    FROM accordant.operation AS o, jsonb_array_elements(o.after->'lines') AS line
    WHERE o.flow = %(flow)s AND o.ours = %(ours)s AND o.theirs = %(theirs)s
      AND o.object_type = 'inventory_adjustment' AND o.action = 'create'
      AND o.state = ANY(%(states)s)
    ORDER BY o.key, line->>'item', o.changed_at DESC, o.seq DESC) AS last
WHERE last.state <> 'applied'
  AND NOT (last.state = 'not_applied' AND EXISTS (
      SELECT 1 FROM accordant.quarantine AS q
      WHERE q.flow = %(flow)s AND q.ours = %(ours)s AND q.theirs = %(theirs)s
        AND q.object_type = 'inventory_adjustment' AND q.key = last.counter AND q.source IN ('', last.item)
        AND q.retry_at IS NOT NULL AND q.resolved_at IS NULL))
ORDER BY counter, item;
