SELECT id, name, coalesce(type, '') AS type FROM printavo.status WHERE gone_at IS NULL ORDER BY id;
