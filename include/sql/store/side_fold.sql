-- What this run staged is now how each side was last seen. A record that validation refused keeps the content that it
-- had when it was last good; one that never was good is marked as refused.
INSERT INTO accordant.side_record AS old
    (flow, ours, theirs, side, object_type, key, content, hash, name, natural_key, link, mark, rank, revision,
     changed_at, valid, gone, run_id)
SELECT DISTINCT ON (s.side, s.object_type, s.key)
       %(flow)s, %(ours)s, %(theirs)s, s.side, s.object_type, s.key,
       CASE WHEN s.valid THEN s.content ELSE s.content || '{"refused": true}' END, s.hash, s.name, s.natural_key, s.link,
       s.mark, s.rank, s.revision, s.changed_at, s.valid, s.gone, s.run_id
FROM accordant.staged_record AS s
WHERE s.run_id = %(run_id)s AND s.side IN ('ours', 'theirs')
ORDER BY s.side, s.object_type, s.key, s.gone DESC, s.seq DESC
ON CONFLICT (flow, ours, theirs, side, object_type, key) DO UPDATE
SET content = CASE WHEN EXCLUDED.valid OR EXCLUDED.gone THEN EXCLUDED.content ELSE old.content END, hash = EXCLUDED.hash, name = EXCLUDED.name, natural_key = EXCLUDED.natural_key,
    link = EXCLUDED.link, mark = EXCLUDED.mark, rank = EXCLUDED.rank, revision = EXCLUDED.revision, changed_at = EXCLUDED.changed_at,
    valid = EXCLUDED.valid, gone = EXCLUDED.gone, run_id = EXCLUDED.run_id;
