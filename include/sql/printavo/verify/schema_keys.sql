-- title: A table has no primary key, or another one
-- severity: wrong
-- repair: migrate
-- next: Have it made again (accordant printavo verify --repair); where rows have the same key it stays missing: remove the wrong ones first
WITH wanted AS (
    SELECT place, array_agg(name ORDER BY name) AS columns FROM pg_temp.expected_column WHERE in_key GROUP BY place),
found AS (
    SELECT c.conrelid, array_agg(a.attname::text ORDER BY a.attname::text) AS columns
    FROM pg_constraint AS c JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
    WHERE c.contype = 'p' GROUP BY c.conrelid)
SELECT w.place, 'primary key' AS record,
       'It should be ' || array_to_string(w.columns, ', ') || '; it is '
       || coalesce(array_to_string(f.columns, ', '), 'missing') || '.' AS detail
FROM wanted AS w
LEFT JOIN found AS f ON f.conrelid = to_regclass('printavo.' || quote_ident(w.place))
WHERE to_regclass('printavo.' || quote_ident(w.place)) IS NOT NULL AND f.columns IS DISTINCT FROM w.columns
