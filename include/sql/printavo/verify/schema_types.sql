-- title: A column is of another type
-- severity: wrong
-- repair: none
-- next: Change it with ALTER TABLE ... ALTER COLUMN ... TYPE, after a look at what it holds
SELECT x.place, 'column ' || x.name AS record,
       'It is of type ' || format_type(a.atttypid, a.atttypmod) || '; it should be ' || x.type || '.' AS detail
FROM pg_temp.expected_column AS x
JOIN pg_attribute AS a ON a.attrelid = to_regclass('printavo.' || quote_ident(x.place)) AND a.attname = x.name
WHERE NOT a.attisdropped AND format_type(a.atttypid, a.atttypmod) <> x.type
