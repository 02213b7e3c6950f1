-- Commit the intent, unless the record moved since the plan: a binding appeared, or its base changed. An operation
-- that follows another of its plan on the same record goes on the base that the other one left.
UPDATE accordant.operation AS o
SET state = 'sending', attempts = attempts + 1, code = '', detail = '', changed_at = clock_timestamp()
WHERE o.run_id = %(run_id)s AND o.seq = %(seq)s AND o.state IN ('planned', 'held')
  AND CASE WHEN o.follows
           THEN EXISTS (SELECT 1 FROM accordant.binding AS b
                        WHERE b.flow = o.flow AND b.ours = o.ours AND b.theirs = o.theirs
                          AND b.object_type = o.object_type AND b.key = o.key AND b.run_id = o.run_id)
           ELSE o.base_hash = COALESCE((SELECT b.base_hash FROM accordant.binding AS b
                                        WHERE b.flow = o.flow AND b.ours = o.ours AND b.theirs = o.theirs
                                          AND b.object_type = o.object_type AND b.key = o.key), '') END;
