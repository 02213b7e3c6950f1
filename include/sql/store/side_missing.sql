-- Of object types that were read as a whole: what is no longer there was deleted.
WITH missing AS MATERIALIZED (
    SELECT s.object_type, s.key FROM accordant.side_record AS s
    WHERE s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = %(side)s
      AND s.object_type = ANY(%(object_types)s) AND NOT s.gone
      AND NOT EXISTS (SELECT 1 FROM incoming AS i WHERE i.object_type = s.object_type AND i.key = s.key))
INSERT INTO accordant.staged_record (run_id, side, object_type, key, content, hash, name, natural_key, link, mark, rank,
                                     gone)
SELECT %(run_id)s, %(side)s, s.object_type, s.key, s.content, 'gone', s.name, s.natural_key, s.link, s.mark, s.rank, true
FROM missing AS m
JOIN accordant.side_record AS s
  ON s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = %(side)s
 AND s.object_type = m.object_type AND s.key = m.key
WHERE COALESCE(s.content->>'transaction_date', '9') >= %(earliest)s;  -- older ones are not read any more
