-- What is deleted keeps its last content and name.
UPDATE accordant.staged_record AS r
SET content = s.content, name = s.name, natural_key = s.natural_key
FROM accordant.side_record AS s
WHERE r.run_id = %(run_id)s AND r.side = %(side)s AND r.gone
  AND s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = %(side)s
  AND s.object_type = r.object_type AND s.key = r.key;
