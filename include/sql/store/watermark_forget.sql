DELETE FROM accordant.watermark
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s AND name = %(name)s;
