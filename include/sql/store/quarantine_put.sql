INSERT INTO accordant.quarantine (flow, ours, theirs, object_type, key, parent, source, code, field, value, sentence,
                                  actor, action, severity, operation_hash, run_id)
VALUES (%(flow)s, %(ours)s, %(theirs)s, %(object_type)s, %(key)s, %(parent)s, %(source)s, %(code)s, %(field)s, %(value)s,
        %(sentence)s, %(actor)s, %(action)s, %(severity)s, %(operation_hash)s, %(run_id)s)
ON CONFLICT (flow, ours, theirs, source, object_type, key, code, field) DO UPDATE
SET value = EXCLUDED.value, sentence = EXCLUDED.sentence, actor = EXCLUDED.actor, action = EXCLUDED.action,
    parent = EXCLUDED.parent, severity = EXCLUDED.severity,
    operation_hash = EXCLUDED.operation_hash, run_id = EXCLUDED.run_id, last_seen = clock_timestamp(),
    retry_at = NULL, resolved_at = NULL;
