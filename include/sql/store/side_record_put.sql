-- A record as a side holds it after we wrote it.
INSERT INTO accordant.side_record (flow, ours, theirs, side, object_type, key, content, hash, name, natural_key, link,
                                   mark, rank, revision, changed_at, run_id)
VALUES (%(flow)s, %(ours)s, %(theirs)s, %(side)s, %(object_type)s, %(key)s, %(content)s, %(hash)s, %(name)s,
        %(natural_key)s, %(link)s, %(mark)s, %(rank)s, %(revision)s, %(changed_at)s, %(run_id)s)
ON CONFLICT (flow, ours, theirs, side, object_type, key) DO UPDATE
SET content = EXCLUDED.content, hash = EXCLUDED.hash, name = EXCLUDED.name, natural_key = EXCLUDED.natural_key,
    link = EXCLUDED.link, mark = EXCLUDED.mark, rank = EXCLUDED.rank, revision = EXCLUDED.revision, changed_at = EXCLUDED.changed_at,
    valid = true, gone = false, run_id = EXCLUDED.run_id;
