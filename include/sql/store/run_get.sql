SELECT * FROM accordant.run WHERE id::text = %(run)s OR airflow_run_id = %(run)s
ORDER BY started_at DESC LIMIT 1;
