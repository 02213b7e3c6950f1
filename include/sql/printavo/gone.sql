-- Records that Printavo says it does not have any more.
SELECT t.id, to_jsonb(t) - 'gone_at' AS before
FROM printavo.{table} AS t JOIN printavo_staging.gone AS g ON g.name = %(name)s AND g.id = t.id
WHERE t.gone_at IS NULL ORDER BY t.id COLLATE "C";
