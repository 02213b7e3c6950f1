SELECT name, value, set_at FROM accordant.watermark
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s;
