-- A watermark never goes back.
INSERT INTO accordant.watermark (flow, ours, theirs, name, value, run_id)
VALUES (%(flow)s, %(ours)s, %(theirs)s, %(name)s, %(value)s, %(run_id)s)
ON CONFLICT (flow, ours, theirs, name) DO UPDATE
SET value = GREATEST(watermark.value, EXCLUDED.value), run_id = EXCLUDED.run_id, set_at = now();
