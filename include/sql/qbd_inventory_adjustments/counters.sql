-- The counters, one per written side and site: how many adjustments were written there; and what was there at first.
SELECT b.object_type, b.key, b.base, b.base_hash, b.agreed_at > r.read_at AS is_new
FROM accordant.binding AS b JOIN accordant.run AS r ON r.id = %(run_id)s
WHERE b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s
  AND b.object_type IN ('inventory_adjustment', 'stock') AND b.parent = ''
ORDER BY b.object_type, b.key COLLATE "C";
