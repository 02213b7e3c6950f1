-- What could not be kept. An order's header and the order itself are the same record.
SELECT DISTINCT CASE name WHEN 'header' THEN 'orders' ELSE name END AS name, id, field, value
FROM printavo_staging.unusable ORDER BY 1, 2, 3;
