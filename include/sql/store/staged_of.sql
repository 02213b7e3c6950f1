-- Staged records by their seq, each with the source that it stands in.
SELECT s.seq, s.key, s.parent,
       COALESCE(s.content->>'source', CASE WHEN s.parent = '' THEN s.key ELSE s.parent END) AS source
FROM accordant.staged_record AS s
WHERE s.run_id = %(run_id)s AND s.seq = ANY(%(seqs)s)
ORDER BY s.seq;
