-- The remote record is gone: what was agreed about it holds no longer.
DELETE FROM accordant.binding
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s AND object_type = %(object_type)s AND key = %(key)s;
