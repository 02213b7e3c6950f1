INSERT INTO accordant.conflict (flow, ours, theirs, object_type, key, field, code, base_value, our_value,
                                their_value, sentence, actor, action, parent, source, run_id)
VALUES (%(flow)s, %(ours)s, %(theirs)s, %(object_type)s, %(key)s, %(field)s, %(code)s, %(base_value)s,
        %(our_value)s, %(their_value)s, %(sentence)s, %(actor)s, %(action)s, %(parent)s, %(source)s, %(run_id)s)
ON CONFLICT (flow, ours, theirs, source, object_type, key, code, field) DO UPDATE
SET base_value = EXCLUDED.base_value, our_value = EXCLUDED.our_value, their_value = EXCLUDED.their_value,
    sentence = EXCLUDED.sentence, parent = EXCLUDED.parent, run_id = EXCLUDED.run_id, last_seen = clock_timestamp(),
    actor = EXCLUDED.actor, action = EXCLUDED.action, retry_at = NULL, resolved_at = NULL;
