-- The numbers of the staged invoices, and the ids of those that were agreed before.
SELECT s.key AS name, b.remote_id AS bound_id
FROM accordant.staged_record AS s
LEFT JOIN accordant.binding AS b
       ON b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s AND b.object_type = 'invoice' AND b.key = s.key
WHERE s.run_id = %(run_id)s AND s.side = 'ours' AND s.object_type = 'invoice'
ORDER BY s.seq;
