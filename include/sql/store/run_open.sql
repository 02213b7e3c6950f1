-- Open the run of an Airflow run, or find it again when its first task is tried again.
INSERT INTO accordant.run (id, flow, ours, theirs, airflow_run_id, mode, parameters)
VALUES (gen_random_uuid(), %(flow)s, %(ours)s, %(theirs)s, %(airflow_run_id)s, %(mode)s, %(parameters)s)
ON CONFLICT (flow, airflow_run_id) DO UPDATE
SET state = 'running', problem = '', summary = '{}', started_at = now(), finished_at = NULL, cancel_requested_at = NULL,
    mode = EXCLUDED.mode, parameters = EXCLUDED.parameters
RETURNING *;
