-- Bound records that this run wrote, or saw changed on either side.
SELECT b.key, b.remote_id, b.base, b.base_hash,
       o.content AS ours, o.hash AS ours_hash, o.changed_at AS ours_changed_at, o.gone AS ours_gone, o.name AS ours_name,
       t.content AS theirs, t.hash AS theirs_hash, t.changed_at AS theirs_changed_at, t.gone AS theirs_gone,
       t.name AS theirs_name, t.revision, b.ours_hash AS agreed_ours, b.theirs_hash AS agreed_theirs
FROM accordant.binding AS b
LEFT JOIN accordant.side_record AS o
       ON o.flow = %(flow)s AND o.ours = %(ours)s AND o.theirs = %(theirs)s AND o.side = 'ours'
      AND o.object_type = %(object_type)s AND o.key = b.key
LEFT JOIN accordant.side_record AS t
       ON t.flow = %(flow)s AND t.ours = %(ours)s AND t.theirs = %(theirs)s AND t.side = 'theirs'
      AND t.object_type = %(object_type)s AND t.key = b.remote_id
WHERE b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s AND b.object_type = %(object_type)s
  AND (b.run_id = %(run_id)s OR o.run_id = %(run_id)s OR t.run_id = %(run_id)s)
ORDER BY b.key COLLATE "C";
