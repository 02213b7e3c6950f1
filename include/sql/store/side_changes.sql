-- The places of the rows that are not as they were last seen. The index of side_record alone answers.
SELECT i.number
FROM incoming AS i
LEFT JOIN accordant.side_record AS s
       ON s.flow = %(flow)s AND s.ours = %(ours)s AND s.theirs = %(theirs)s AND s.side = %(side)s
      AND s.object_type = i.object_type AND s.key = i.key
WHERE s.hash IS DISTINCT FROM i.hash AND NOT (i.gone AND COALESCE(s.gone, false)) OR s.revision <> i.revision AND NOT i.gone
      OR s.gone AND NOT i.gone;
