-- What the rules for customers read.
SELECT seq, id, coalesce(company_name, '') AS company_name, primary_contact_id FROM printavo_staging.customer
WHERE '{run_id}' <> ''
