-- The place after a page. What was put is noted twice: in the unlogged table it is lost together with the rows.
WITH noted AS (
    INSERT INTO printavo_staging.put (name, rows) VALUES (%(name)s, %(rows)s)
    ON CONFLICT (name) DO UPDATE SET rows = put.rows + EXCLUDED.rows)
INSERT INTO printavo.reading_list (name, cursor, pages, rows, complete)
VALUES (%(name)s, %(cursor)s, 1, %(rows)s, %(complete)s)
ON CONFLICT (name) DO UPDATE
SET cursor = EXCLUDED.cursor, pages = reading_list.pages + 1, rows = reading_list.rows + EXCLUDED.rows,
    complete = EXCLUDED.complete;
