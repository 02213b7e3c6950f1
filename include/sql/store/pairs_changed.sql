-- Bound records of which either side is not as it was agreed. What did not change is found equal here, by hash: indexes
-- alone tell. What did change is then looked up one by one (OFFSET 0 keeps Postgres from reading everything instead).
WITH changed AS MATERIALIZED (
    SELECT b.key, b.remote_id
    FROM accordant.binding AS b
    LEFT JOIN accordant.side_record AS o
           ON o.flow = %(flow)s AND o.ours = %(ours)s AND o.theirs = %(theirs)s AND o.side = 'ours'
          AND o.object_type = %(object_type)s AND o.key = b.key
    LEFT JOIN accordant.side_record AS t
           ON t.flow = %(flow)s AND t.ours = %(ours)s AND t.theirs = %(theirs)s AND t.side = 'theirs'
          AND t.object_type = %(object_type)s AND t.key = b.remote_id
    WHERE b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s AND b.object_type = %(object_type)s
      AND (o.hash IS DISTINCT FROM b.ours_hash OR t.hash IS DISTINCT FROM b.theirs_hash)
    ORDER BY b.key COLLATE "C")
SELECT c.key, c.remote_id, b.base, b.base_hash,
       o.content AS ours, o.hash AS ours_hash, o.changed_at AS ours_changed_at, o.gone AS ours_gone, o.name AS ours_name,
       t.content AS theirs, t.hash AS theirs_hash, t.changed_at AS theirs_changed_at, t.gone AS theirs_gone,
       t.name AS theirs_name, t.revision
FROM changed AS c
CROSS JOIN LATERAL (
    SELECT b.base, b.base_hash FROM accordant.binding AS b
    WHERE b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s AND b.object_type = %(object_type)s
      AND b.key = c.key OFFSET 0) AS b
LEFT JOIN LATERAL (
    SELECT s.content, s.hash, s.changed_at, s.gone, s.name, s.valid FROM accordant.side_record AS s
    WHERE s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = 'ours'
      AND s.object_type = %(object_type)s AND s.key = c.key OFFSET 0) AS o ON true
LEFT JOIN LATERAL (
    SELECT s.content, s.hash, s.changed_at, s.gone, s.name, s.valid, s.revision FROM accordant.side_record AS s
    WHERE s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = 'theirs'
      AND s.object_type = %(object_type)s AND s.key = c.remote_id OFFSET 0) AS t ON true
WHERE COALESCE(o.valid, true) AND COALESCE(t.valid, true)
ORDER BY c.key COLLATE "C";
