-- What stands in the way of these documents themselves.
SELECT source, object_type, key, code, sentence FROM accordant.run_trouble
WHERE run_id = %(run_id)s AND object_type = 'document' AND source = ANY(%(sources)s)
ORDER BY source, code, field;
