-- Records of ours that are bound and that this run planned nothing for, nor refused: as read by a push flow, and as a
-- two-way flow found them settled.
WITH settled AS (
    SELECT b.object_type, b.key
    FROM accordant.binding AS b
    JOIN accordant.run AS r ON (r.flow, r.ours, r.theirs) = (b.flow, b.ours, b.theirs)
    WHERE r.id = %(run_id)s AND b.ours_hash <> ''
    UNION
    SELECT s.object_type, s.key
    FROM accordant.staged_record AS s
    JOIN accordant.run AS r ON r.id = s.run_id
    JOIN accordant.binding AS b
      ON b.flow = r.flow AND b.ours = r.ours AND b.theirs = r.theirs AND b.object_type = s.object_type
     AND b.key = s.key AND b.ours_hash = ''
    WHERE s.run_id = %(run_id)s AND s.side = 'ours' AND s.valid AND s.revision = '' AND s.changed_at IS NULL)
SELECT object_type, count(*) AS unchanged
FROM settled
WHERE NOT EXISTS (SELECT 1 FROM accordant.operation AS o
                  WHERE o.run_id = %(run_id)s AND o.object_type = settled.object_type AND o.key = settled.key)
GROUP BY object_type ORDER BY object_type;
