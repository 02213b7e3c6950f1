SELECT id, name, coalesce(type, '') AS type FROM printavo_staging.next_status ORDER BY id;
