-- What was read again, and whether it is not as it was last seen.
SELECT i.object_type, i.key, s.hash IS DISTINCT FROM i.hash AS changed
FROM incoming AS i
LEFT JOIN accordant.side_record AS s
       ON s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = %(side)s
      AND s.object_type = i.object_type AND s.key = i.key;
