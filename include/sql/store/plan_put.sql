INSERT INTO accordant.plan (run_id, id, operations, counts, forecast, exceeded)
VALUES (%(run_id)s, %(id)s, %(operations)s, %(counts)s, %(forecast)s, %(exceeded)s)
ON CONFLICT (run_id) DO UPDATE
SET id = EXCLUDED.id, operations = EXCLUDED.operations, counts = EXCLUDED.counts,
    forecast = EXCLUDED.forecast, exceeded = EXCLUDED.exceeded, decision = 'open', decided_by = '', decided_at = NULL,
    created_at = now();
