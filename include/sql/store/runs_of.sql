-- The newest runs of a flow.
SELECT id::text AS run, airflow_run_id, state, step, mode, started_at, finished_at,
       cancel_requested_at IS NOT NULL AS cancel_requested, problem, summary
FROM accordant.run WHERE flow = %(flow)s
ORDER BY started_at DESC LIMIT %(most)s;
