-- Customers that orders to agree need and that are not bound yet, as the first order names them.
SELECT DISTINCT ON (c.key COLLATE "C") c.key, c.name, c.tax_id, c.source
FROM (SELECT content->>'customer_key' AS key, content->>'customer_name' AS name, content->>'tax_id' AS tax_id,
             parent AS source, seq
      FROM accordant.to_agree
      WHERE run_id = %(run_id)s AND object_type = 'sales_order' AND content->>'customer_name' IS NOT NULL) AS c
WHERE NOT EXISTS (SELECT 1 FROM accordant.binding AS b
                  WHERE b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s
                    AND b.object_type = 'customer' AND b.key = c.key)
ORDER BY c.key COLLATE "C", c.seq;
