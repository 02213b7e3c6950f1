-- The registration numbers of staged invoices whose customer is not agreed yet, each once.
SELECT DISTINCT ON (s.content->>'customer') s.content->>'reg_no' AS name
FROM accordant.staged_record AS s
WHERE s.run_id = %(run_id)s AND s.side = 'ours' AND s.object_type = 'invoice' AND (s.content->>'known')::boolean
  AND s.content->>'customer' <> ''
  AND NOT EXISTS (SELECT 1 FROM accordant.binding AS b
                  WHERE b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s AND b.object_type = 'customer'
                    AND b.key = s.content->>'customer')
ORDER BY s.content->>'customer', s.seq;
