-- Commit the intents of a batch, but those whose record moved since the plan: a binding appeared, or its base changed.
UPDATE accordant.operation AS o
SET state = 'sending', attempts = attempts + 1, code = '', detail = '', changed_at = clock_timestamp()
WHERE o.run_id = %(run_id)s AND o.seq = ANY(%(places)s) AND o.state IN ('planned', 'held')
  AND o.base_hash = COALESCE((SELECT b.base_hash FROM accordant.binding AS b
                              WHERE b.flow = o.flow AND b.ours = o.ours AND b.theirs = o.theirs
                                AND b.object_type = o.object_type AND b.key = o.key), '')
RETURNING o.seq;
