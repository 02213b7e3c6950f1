-- Record the outcomes of a batch.
UPDATE accordant.operation AS o
SET state = g.state, remote_id = COALESCE(NULLIF(g.remote_id, ''), o.remote_id), code = g.code, detail = g.detail,
    changed_at = clock_timestamp()
FROM json_to_recordset(%(rows)s::json) AS g (run_id uuid, seq bigint, state text, remote_id text, code text, detail text)
WHERE o.run_id = g.run_id AND o.seq = g.seq;
