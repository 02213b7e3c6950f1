-- Parts that lines to agree need and that are not bound yet, as the first line names them.
SELECT DISTINCT ON (p.key COLLATE "C") p.key, p.name, p.code, p.source
FROM (SELECT l.content->>'part_key' AS key, l.content->>'name' AS name, l.content->>'code' AS code,
             l.content->>'source' AS source, l.seq
      FROM accordant.staged_record AS l
      JOIN accordant.to_agree AS o
        ON o.run_id = l.run_id AND o.object_type = 'sales_order' AND o.key = l.parent
      WHERE l.run_id = %(run_id)s AND l.side = 'ours' AND l.object_type = 'sales_order_line' AND l.valid
        AND l.content->>'name' IS NOT NULL) AS p
WHERE NOT EXISTS (SELECT 1 FROM accordant.binding AS b
                  WHERE b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s
                    AND b.object_type = 'part' AND b.key = p.key)
ORDER BY p.key COLLATE "C", (p.code IS NULL), p.seq;
