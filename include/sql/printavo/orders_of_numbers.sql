SELECT visual_id, id, production_due FROM printavo_staging.next_orders WHERE visual_id = ANY(%(numbers)s) ORDER BY visual_id, id;
