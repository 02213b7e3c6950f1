SELECT id, coalesce(full_name, '') AS name, coalesce(customer_id, '') AS customer_id
FROM printavo.contact WHERE gone_at IS NULL ORDER BY id;
