-- The items that the staged invoices name.
SELECT DISTINCT s.content->>'item' AS name
FROM accordant.staged_record AS s
WHERE s.run_id = %(run_id)s AND s.side = 'ours' AND s.object_type = 'invoice' AND s.valid
ORDER BY name;
