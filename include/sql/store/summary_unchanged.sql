-- Records of ours that are bound and that this run planned nothing for, nor refused.
SELECT s.object_type, count(DISTINCT s.key) AS unchanged
FROM accordant.staged_record AS s
JOIN accordant.run AS r ON r.id = s.run_id
JOIN accordant.binding AS b
  ON b.flow = r.flow AND b.ours = r.ours AND b.theirs = r.theirs AND b.object_type = s.object_type AND b.key = s.key
WHERE s.run_id = %(run_id)s AND s.side = 'ours' AND s.valid
  AND NOT EXISTS (SELECT 1 FROM accordant.operation AS o
                  WHERE o.run_id = s.run_id AND o.object_type = s.object_type AND o.key = s.key)
GROUP BY s.object_type ORDER BY s.object_type;
