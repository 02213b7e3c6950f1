-- How many entries wait in quarantine and conflicts of a flow; warnings are not among them.
SELECT count(*) AS waiting FROM accordant.trouble
WHERE flow = %(flow)s AND severity <> 'warning';
