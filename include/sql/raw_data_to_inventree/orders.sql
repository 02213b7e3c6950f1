-- Orders to agree, in the order of their keys.
SELECT key, hash, parent AS source, bound_id, content
FROM accordant.to_agree
WHERE run_id = %(run_id)s AND object_type = 'sales_order' AND content->>'marker' IS NOT NULL
ORDER BY key COLLATE "C";
