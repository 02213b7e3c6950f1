-- Orders that Printavo lists and that no page held.
SELECT DISTINCT h.id FROM printavo_staging.header AS h
WHERE NOT EXISTS (SELECT FROM printavo_staging.orders AS s WHERE s.id = h.id) ORDER BY h.id;
