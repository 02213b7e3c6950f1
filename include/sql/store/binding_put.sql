-- The record is agreed: bind it, with its new base.
INSERT INTO accordant.binding
    (flow, ours, theirs, object_type, key, remote_id, base, base_hash, parent,
     source, shared, run_id)
VALUES (%(flow)s, %(ours)s, %(theirs)s, %(object_type)s, %(key)s, %(remote_id)s, %(base)s, %(base_hash)s,
        %(parent)s, %(source)s, %(shared)s, %(run_id)s)
ON CONFLICT (flow, ours, theirs, object_type, key) DO UPDATE
SET remote_id = EXCLUDED.remote_id, base = EXCLUDED.base, base_hash = EXCLUDED.base_hash,
    source = EXCLUDED.source, sealed_hash = '', agreed_at = now(), run_id = EXCLUDED.run_id
WHERE (binding.remote_id, binding.base_hash, binding.source)
      IS DISTINCT FROM (EXCLUDED.remote_id, EXCLUDED.base_hash, EXCLUDED.source);
