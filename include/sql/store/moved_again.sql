-- Records of which this run and an earlier one were refused because they had moved, both seeing the same: what was read
-- of them is not how they are, as when a clock was set back.
SELECT count(*) AS records
FROM accordant.operation AS o
WHERE o.run_id = %(run_id)s AND o.code = 'RECORD_MOVED' AND o.seen <> ''
  AND EXISTS (SELECT 1 FROM accordant.operation AS old
              WHERE old.flow = o.flow AND old.ours = o.ours AND old.theirs = o.theirs AND old.run_id <> o.run_id
                AND old.object_type = o.object_type AND old.key = o.key AND old.side = o.side AND old.seen = o.seen
                AND old.code = 'RECORD_MOVED');
