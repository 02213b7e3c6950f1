SELECT id, coalesce(full_name, '') AS name, coalesce(customer_id, '') AS customer_id
FROM printavo_staging.next_contact ORDER BY id;
