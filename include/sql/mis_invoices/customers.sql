-- The students of the valid invoices, each with the first invoice that names it.
WITH first AS (
    SELECT DISTINCT ON (s.content->>'customer') s.content->>'customer' AS key, s.key AS source, s.content
    FROM accordant.staged_record AS s
    WHERE s.run_id = %(run_id)s AND s.side = 'ours' AND s.object_type = 'invoice' AND s.valid
    ORDER BY s.content->>'customer', s.seq)
SELECT first.*, b.remote_id AS bound_id
FROM first
LEFT JOIN accordant.binding AS b
       ON b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s AND b.object_type = 'customer'
      AND b.key = first.key
ORDER BY first.key COLLATE "C";
