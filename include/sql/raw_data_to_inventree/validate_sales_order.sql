-- What the rules for invoices read: one row per invoice as it stands in a document.
SELECT s.seq,
       s.content->>'serie' AS serie,
       s.content->>'numar' AS numar,
       s.content->>'marker' AS marker,
       'serie ' || COALESCE(s.content->>'serie', '(none)') || ', numar ' || COALESCE(s.content->>'numar', '(none)')
           AS number_given,
       min(s.hash) OVER same_number = max(s.hash) OVER same_number AS one_content,
       other.key AS other_document,
       s.content->>'date' AS date,
       left(s.content->>'date', 4)::integer AS year,
       s.content->>'date_given' AS date_given,
       (s.content->>'articles')::integer AS articles,
       s.content->>'customer_name' AS customer_name,
       s.content->>'tax_id' AS tax_id,
       (s.content->>'tax_id_checks')::boolean AS tax_id_checks
FROM accordant.staged_record AS s
JOIN accordant.run AS r ON r.id = s.run_id
LEFT JOIN accordant.binding AS b
       ON b.flow = r.flow AND b.ours = r.ours AND b.theirs = r.theirs AND b.object_type = s.object_type AND b.key = s.key
      AND b.source <> s.parent AND b.sealed_hash <> '' AND b.sealed_hash <> s.hash
LEFT JOIN accordant.staged_record AS other
       ON other.run_id = s.run_id AND other.side = 'ours' AND other.object_type = 'other_document'
      AND other.key = b.source
WHERE s.run_id = '{run_id}' AND s.side = 'ours' AND s.object_type = 'sales_order'
WINDOW same_number AS (PARTITION BY s.key)
