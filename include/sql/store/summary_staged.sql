-- How many records of ours were read.
SELECT s.object_type, count(DISTINCT s.key) AS records
FROM accordant.staged_record AS s
WHERE s.run_id = %(run_id)s AND s.side = 'ours' AND s.object_type <> 'other_document'
GROUP BY s.object_type ORDER BY s.object_type;
