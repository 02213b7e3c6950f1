SELECT visual_id, array_agg(id ORDER BY id) AS ids FROM printavo.orders
WHERE gone_at IS NULL AND visual_id = ANY(%(numbers)s) GROUP BY visual_id;
