-- The names of items of staged invoices that are not agreed yet.
SELECT DISTINCT s.content->>'item' AS name
FROM accordant.staged_record AS s
WHERE s.run_id = %(run_id)s AND s.side = 'ours' AND s.object_type = 'invoice'
  AND NOT EXISTS (SELECT 1 FROM accordant.binding AS b
                  WHERE b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s AND b.object_type = 'item'
                    AND b.key = s.content->>'item_key')
ORDER BY name;
