-- title: A company's table belongs to no company of the settings
-- severity: notice
-- repair: none
-- next: Nobody keeps it up to date: add the company to include/settings/printavo.yaml, or drop the table
SELECT c.relname::text AS place, 'the table' AS record,
       'No company is named ' || left(c.relname::text, -length('_orders')) || ' in the settings.' AS detail
FROM pg_class AS c
WHERE c.relnamespace = 'printavo'::regnamespace AND c.relkind = 'r' AND c.relname ~ '_orders$'
  AND NOT EXISTS (SELECT FROM pg_temp.company AS k WHERE k.company || '_orders' = c.relname)
