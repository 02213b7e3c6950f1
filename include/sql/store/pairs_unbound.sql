-- Records of either side that are not agreed yet, matched one after the other by the id that our side keeps, by the
-- mark of a create, and by natural key. A deleted record is still found by the id that our side keeps. `mine` and
-- `others` count how many share a natural key: one and one are a pair. `taken_by` is the agreed record of the other
-- side that has the same natural key. What is new is told by indexes alone, and looked up one by one (OFFSET 0 keeps
-- Postgres from reading everything instead); contents come last, in the order of the plan.
WITH new_mine AS MATERIALIZED (
    SELECT s.key FROM accordant.side_record AS s
    WHERE s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = 'ours'
      AND s.object_type = %(object_type)s AND NOT s.gone
      AND NOT EXISTS (SELECT 1 FROM accordant.binding AS b
                      WHERE b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s
                        AND b.object_type = %(object_type)s AND b.key = s.key)),
new_other AS MATERIALIZED (
    SELECT s.key FROM accordant.side_record AS s
    WHERE s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = 'theirs'
      AND s.object_type = %(object_type)s
      AND NOT EXISTS (SELECT 1 FROM accordant.binding AS b
                      WHERE b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s
                        AND b.object_type = %(object_type)s AND b.remote_id = s.key)),
mine AS MATERIALIZED (
    SELECT r.* FROM new_mine AS n CROSS JOIN LATERAL (
        SELECT s.key, s.link, s.mark, s.natural_key, s.rank FROM accordant.side_record AS s
        WHERE s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = 'ours'
          AND s.object_type = %(object_type)s AND s.key = n.key OFFSET 0) AS r),
other AS MATERIALIZED (
    SELECT r.* FROM new_other AS n CROSS JOIN LATERAL (
        SELECT s.key, s.mark, s.natural_key, s.rank, s.gone FROM accordant.side_record AS s
        WHERE s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = 'theirs'
          AND s.object_type = %(object_type)s AND s.key = n.key OFFSET 0) AS r),
by_id AS MATERIALIZED (
    SELECT m.key AS mine, o.key AS other FROM mine AS m JOIN other AS o ON o.key = m.link WHERE m.link <> ''),
by_mark AS MATERIALIZED (
    SELECT m.key AS mine, o.key AS other FROM mine AS m JOIN other AS o ON o.mark = m.mark
    WHERE m.mark <> '' AND NOT o.gone
      AND NOT EXISTS (SELECT 1 FROM by_id AS i WHERE i.mine = m.key)
      AND NOT EXISTS (SELECT 1 FROM by_id AS i WHERE i.other = o.key)),
found AS MATERIALIZED (
    SELECT mine, other, 'the id it keeps' AS how FROM by_id
    UNION ALL SELECT mine, other, 'our mark' FROM by_mark),
free_mine AS MATERIALIZED (
    SELECT m.key, NULLIF(m.natural_key, '') AS nk,
           CASE WHEN m.natural_key = '' THEN 1 ELSE count(*) OVER (PARTITION BY m.natural_key) END AS n
    FROM mine AS m WHERE NOT EXISTS (SELECT 1 FROM found AS f WHERE f.mine = m.key)),
free_other AS MATERIALIZED (
    SELECT o.key, NULLIF(o.natural_key, '') AS nk,
           CASE WHEN o.natural_key = '' THEN 1 ELSE count(*) OVER (PARTITION BY o.natural_key) END AS n
    FROM other AS o WHERE NOT o.gone AND NOT EXISTS (SELECT 1 FROM found AS f WHERE f.other = o.key)),
matched AS MATERIALIZED (
    SELECT f.mine AS our_key, f.other AS their_key, f.how, 1::bigint AS mine, 1::bigint AS others,
           NULL AS nk, '' AS lacks
    FROM found AS f
    UNION ALL
    SELECT m.key, o.key, 'natural key', COALESCE(m.n, 0), COALESCE(o.n, 0), COALESCE(m.nk, o.nk),
           CASE WHEN m.key IS NULL THEN 'ours' WHEN o.key IS NULL THEN 'theirs' ELSE '' END
    FROM free_mine AS m FULL JOIN free_other AS o ON m.nk = o.nk),
taken AS MATERIALIZED (
    SELECT s.side, s.natural_key, min(s.name) AS name
    FROM (SELECT DISTINCT nk, lacks FROM matched WHERE lacks <> '') AS k
    CROSS JOIN LATERAL (
        SELECT s.side, s.key, s.natural_key, s.name FROM accordant.side_record AS s
        WHERE s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = k.lacks
          AND s.object_type = %(object_type)s AND s.natural_key = k.nk AND s.natural_key <> '' AND NOT s.gone
        OFFSET 0) AS s
    WHERE NOT EXISTS (SELECT 1 FROM new_mine AS n WHERE s.side = 'ours' AND n.key = s.key)
      AND NOT EXISTS (SELECT 1 FROM new_other AS n WHERE s.side = 'theirs' AND n.key = s.key)
    GROUP BY s.side, s.natural_key),
in_order AS MATERIALIZED (
    SELECT m.*, COALESCE(o.rank, t.rank) AS rank, COALESCE(m.our_key, '@' || m.their_key) COLLATE "C" AS place
    FROM matched AS m LEFT JOIN mine AS o ON o.key = m.our_key LEFT JOIN other AS t ON t.key = m.their_key
    ORDER BY rank, place, m.their_key COLLATE "C")
SELECT m.how, m.mine, m.others, COALESCE(m.our_key, '') AS key, COALESCE(m.their_key, '') AS remote_id,
       COALESCE(o.link, '') AS link, NULL::jsonb AS base, '' AS base_hash,
       o.content AS ours, o.hash AS ours_hash, o.changed_at AS ours_changed_at, o.gone AS ours_gone, o.name AS ours_name,
       t.content AS theirs, t.hash AS theirs_hash, t.changed_at AS theirs_changed_at, t.gone AS theirs_gone,
       t.name AS theirs_name, t.revision, COALESCE(k.name, '') AS taken_by, m.rank
FROM in_order AS m
LEFT JOIN LATERAL (
    SELECT s.link, s.content, s.hash, s.changed_at, s.gone, s.name, s.valid FROM accordant.side_record AS s
    WHERE s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = 'ours'
      AND s.object_type = %(object_type)s AND s.key = m.our_key OFFSET 0) AS o ON true
LEFT JOIN LATERAL (
    SELECT s.content, s.hash, s.changed_at, s.gone, s.name, s.valid, s.revision FROM accordant.side_record AS s
    WHERE s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = 'theirs'
      AND s.object_type = %(object_type)s AND s.key = m.their_key OFFSET 0) AS t ON true
LEFT JOIN taken AS k ON k.side = m.lacks AND k.natural_key = m.nk
WHERE COALESCE(o.valid, true) AND COALESCE(t.valid, true)
ORDER BY m.rank, m.place, m.their_key COLLATE "C";
