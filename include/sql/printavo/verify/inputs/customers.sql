SELECT id, coalesce(company_name, '') AS name FROM printavo.customer WHERE gone_at IS NULL ORDER BY id;
