SELECT seq, phase, grp, object_type, key, name, side, action, rule, rules, before, after, base_hash, remote_id, state, code, detail
FROM accordant.operation
WHERE run_id = %(run_id)s AND seq > %(after)s
ORDER BY seq LIMIT %(most)s;
