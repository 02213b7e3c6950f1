-- The certificate of the last run that could write, where that run read all of Printavo.
SELECT c.content
FROM (SELECT id, reading FROM accordant.run WHERE flow = %(flow)s AND ours = %(ours)s AND mode = 'apply'
      ORDER BY started_at DESC LIMIT 1) AS r
JOIN accordant.certificate AS c ON c.run_id = r.id
WHERE r.reading ->> 'wanted' = 'full'
ORDER BY c.position DESC LIMIT 1;
