SELECT id, coalesce(company_name, '') AS name FROM printavo_staging.next_customer ORDER BY id;
