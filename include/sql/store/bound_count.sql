-- How many records are agreed.
SELECT count(*) AS records FROM accordant.binding
WHERE flow = %(flow)s AND ours = %(ours)s AND theirs = %(theirs)s;
