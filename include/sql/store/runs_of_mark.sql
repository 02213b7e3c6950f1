-- The runs whose id begins so, and whether each is not closed and was active a moment ago or waits for a person.
SELECT id::text AS run, ours, theirs,
       summary = '{}' AND (active_at > now() - %(lease)s
           OR EXISTS (SELECT 1 FROM accordant.plan AS p WHERE p.run_id = run.id AND p.decision = 'waiting')) AS recent
FROM accordant.run
WHERE flow = %(flow)s AND id::text LIKE %(beginning)s || '%%';
