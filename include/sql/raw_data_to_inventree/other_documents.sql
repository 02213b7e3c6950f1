-- Documents that agreed an invoice which now comes from another one with other content.
SELECT DISTINCT b.source
FROM accordant.staged_record AS s
JOIN accordant.run AS r ON r.id = s.run_id
JOIN accordant.binding AS b
  ON b.flow = r.flow AND b.ours = r.ours AND b.theirs = r.theirs AND b.object_type = s.object_type AND b.key = s.key
 AND b.source <> s.parent AND b.sealed_hash <> '' AND b.sealed_hash <> s.hash
WHERE s.run_id = %(run_id)s AND s.side = 'ours' AND s.object_type = 'sales_order';
