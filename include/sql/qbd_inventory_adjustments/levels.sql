-- One side's levels as they were last seen, and whether this run read them.
SELECT content, revision, run_id = %(run_id)s AS fresh FROM accordant.side_record
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s AND side = %(side)s AND object_type = 'stock_level'
  AND NOT gone
ORDER BY key COLLATE "C";
