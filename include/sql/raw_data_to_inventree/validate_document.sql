-- What the rules for documents read: one row per document.
SELECT seq, content->>'shape' AS shape
FROM accordant.staged_record
WHERE run_id = '{run_id}' AND side = 'ours' AND object_type = 'document'
