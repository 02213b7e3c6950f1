-- The records of a batch are agreed: as in binding_put.sql, for many.
INSERT INTO accordant.binding AS b
    (flow, ours, theirs, object_type, key, remote_id, base, base_hash, parent,
     source, shared, run_id, ours_hash, theirs_hash)
SELECT %(flow)s, %(ours)s, %(theirs)s, g.object_type, g.key, g.remote_id, g.base, g.base_hash,
       g.parent, g.source, g.shared, %(run_id)s, COALESCE(o.hash, ''), COALESCE(t.hash, '')
FROM json_to_recordset(%(rows)s::json) AS g (object_type text, key text, remote_id text, base jsonb, base_hash text,
                                            parent text, source text, shared boolean, settles boolean)
LEFT JOIN accordant.side_record AS o
       ON g.settles AND o.flow = %(flow)s AND o.ours = %(ours)s AND o.theirs = %(theirs)s AND o.side = 'ours'
      AND o.object_type = g.object_type AND o.key = g.key
LEFT JOIN accordant.side_record AS t
       ON g.settles AND t.flow = %(flow)s AND t.ours = %(ours)s AND t.theirs = %(theirs)s AND t.side = 'theirs'
      AND t.object_type = g.object_type AND t.key = g.remote_id
ON CONFLICT (flow, ours, theirs, object_type, key) DO UPDATE
SET remote_id = EXCLUDED.remote_id, base = EXCLUDED.base, base_hash = EXCLUDED.base_hash,
    source = EXCLUDED.source, sealed_hash = '', agreed_at = now(), run_id = EXCLUDED.run_id,
    ours_hash = EXCLUDED.ours_hash, theirs_hash = EXCLUDED.theirs_hash
WHERE (b.remote_id, b.base_hash, b.source, b.ours_hash, b.theirs_hash)
      IS DISTINCT FROM (EXCLUDED.remote_id, EXCLUDED.base_hash, EXCLUDED.source, EXCLUDED.ours_hash, EXCLUDED.theirs_hash);
