-- title: Several orders have the same number
-- severity: notice
-- repair: none
-- next: Give one of them another number in Printavo; until then a CSV file cannot name either
SELECT 'orders' AS place, 'number ' || visual_id AS record,
       count(*) || ' orders have it: ' || string_agg(id, ', ' ORDER BY id) || '.' AS detail
FROM printavo.orders
WHERE gone_at IS NULL AND visual_id IS NOT NULL
GROUP BY visual_id HAVING count(*) > 1
