-- Every push of one record: who sent what to which company, when, and what came back.
SELECT at, ours, theirs, run_id::text AS run_id, who, action, outcome, remote_id, code, detail, request, answer
FROM accordant.audit
WHERE flow = %(flow)s AND object_type = %(object_type)s AND key = %(key)s
ORDER BY at, id;
