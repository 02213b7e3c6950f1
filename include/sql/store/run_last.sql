-- The newest run of each flow.
SELECT DISTINCT ON (flow) * FROM accordant.run
WHERE %(flow)s = '' OR flow = %(flow)s
ORDER BY flow, started_at DESC;
