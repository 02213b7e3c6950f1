-- What stands in the way of these documents and of what is in them.
SELECT source, object_type, key, parent, code, field, sentence, severity FROM accordant.trouble
WHERE flow = %(flow)s AND ours = %(ours)s AND run_id = %(run_id)s AND resolved_at IS NULL AND source = ANY(%(sources)s)
ORDER BY source, object_type, key, code, field;
