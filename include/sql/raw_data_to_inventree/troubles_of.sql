-- What stands in the way of these documents and of what is in them.
SELECT source, object_type, key, parent, code, field, sentence, severity FROM accordant.run_trouble
WHERE run_id = %(run_id)s AND source = ANY(%(sources)s)
ORDER BY source, object_type, key, code, field;
