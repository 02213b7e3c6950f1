SELECT run_id, what, started_at, finished_at FROM printavo.reading;
