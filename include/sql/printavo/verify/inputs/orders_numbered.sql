SELECT visual_id, array_agg(id ORDER BY id) AS ids, min(production_due) AS production_due FROM printavo.orders
WHERE gone_at IS NULL AND visual_id = ANY(%(numbers)s) GROUP BY visual_id;
