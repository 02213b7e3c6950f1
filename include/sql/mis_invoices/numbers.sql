-- The numbers of the staged invoices.
SELECT s.key AS name
FROM accordant.staged_record AS s
WHERE s.run_id = %(run_id)s AND s.side = 'ours' AND s.object_type = 'invoice'
ORDER BY s.seq;
