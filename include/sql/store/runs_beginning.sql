-- The runs of a flow whose ids begin so: what a claim's mark holds of them.
SELECT id::text AS run, airflow_run_id, state, step
FROM accordant.run
WHERE flow = %(flow)s AND EXISTS (SELECT 1 FROM unnest(%(beginnings)s::text[]) AS b WHERE starts_with(id::text, b));
