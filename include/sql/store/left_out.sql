-- Records that did not go, each with its first reason.
SELECT DISTINCT ON (object_type, source, key) object_type, key, code, sentence
FROM accordant.run_trouble
WHERE run_id = %(run_id)s AND severity <> 'warning'
ORDER BY object_type, source, key, code;
