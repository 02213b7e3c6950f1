-- A person wants these of our records tried again: they count as changed.
UPDATE accordant.side_record SET hash = ''
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s AND side = 'ours' AND key = ANY(%(keys)s)
  AND NOT valid;
