-- title: A table or a column is missing
-- severity: wrong
-- repair: migrate
-- next: Have it made again (accordant printavo verify --repair), then read everything: accordant printavo sync --full
SELECT x.place, CASE WHEN t.oid IS NULL THEN 'the table' ELSE 'column ' || x.name END AS record,
       CASE WHEN t.oid IS NULL THEN 'It is not there.' ELSE 'It is not there; it should be of type ' || x.type || '.' END AS detail
FROM pg_temp.expected_column AS x
LEFT JOIN pg_class AS t ON t.oid = to_regclass('printavo.' || quote_ident(x.place))
LEFT JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attname = x.name AND NOT a.attisdropped
WHERE a.attname IS NULL
GROUP BY 1, 2, 3
