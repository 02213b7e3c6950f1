-- What the rules for contacts read.
SELECT seq, id, coalesce(full_name, '') AS full_name, customer_id, email,
       email IS NULL OR email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$' AS email_is_good
FROM printavo_staging.contact WHERE '{run_id}' <> ''
