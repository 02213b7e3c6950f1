-- Keep who sent what for each record, and what came back.
INSERT INTO accordant.audit (flow, ours, theirs, run_id, who, object_type, key, action, outcome, remote_id, code, detail,
                             request, answer)
SELECT %(flow)s, %(ours)s, %(theirs)s, g.run_id, %(who)s, g.object_type, g.key, g.action, g.outcome, g.remote_id, g.code,
       g.detail, g.request, g.answer
FROM json_to_recordset(%(rows)s::json) AS g (run_id uuid, object_type text, key text, action text, outcome text,
                                            remote_id text, code text, detail text, request jsonb, answer jsonb);
