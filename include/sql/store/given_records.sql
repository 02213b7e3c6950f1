-- Records as staging would hold them; nothing is stored. A query of staged records can be put to them instead.
SELECT seq, 'given' AS run_id, 'ours' AS side, %(object_type)s::text AS object_type, key, content
FROM jsonb_to_recordset(%(records)s::jsonb) AS r(seq bigint, key text, content jsonb)
