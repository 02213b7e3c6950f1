-- The record is agreed: bind it, with its new base, and where it is settled with each side's record as it is now.
WITH now AS (
    SELECT side, hash FROM accordant.side_record
    WHERE %(settles)s AND flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s AND object_type = %(object_type)s
      AND (side, key) IN (('ours', %(key)s), ('theirs', %(remote_id)s)))
INSERT INTO accordant.binding
    (flow, ours, theirs, object_type, key, remote_id, base, base_hash, parent,
     source, shared, run_id, ours_hash, theirs_hash)
VALUES (%(flow)s, %(ours)s, %(theirs)s, %(object_type)s, %(key)s, %(remote_id)s, %(base)s, %(base_hash)s,
        %(parent)s, %(source)s, %(shared)s, %(run_id)s,
        COALESCE((SELECT hash FROM now WHERE side = 'ours'), ''),
        COALESCE((SELECT hash FROM now WHERE side = 'theirs'), ''))
ON CONFLICT (flow, ours, theirs, object_type, key) DO UPDATE
SET remote_id = EXCLUDED.remote_id, base = EXCLUDED.base, base_hash = EXCLUDED.base_hash,
    source = EXCLUDED.source, sealed_hash = '', agreed_at = now(), run_id = EXCLUDED.run_id,
    ours_hash = EXCLUDED.ours_hash, theirs_hash = EXCLUDED.theirs_hash
WHERE (binding.remote_id, binding.base_hash, binding.source, binding.ours_hash, binding.theirs_hash)
      IS DISTINCT FROM (EXCLUDED.remote_id, EXCLUDED.base_hash, EXCLUDED.source, EXCLUDED.ours_hash, EXCLUDED.theirs_hash);
