-- No other run may replace what is staged while it is merged.
SELECT run_id, finished_at FROM printavo.reading FOR UPDATE;
