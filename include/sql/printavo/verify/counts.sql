-- title: The tables do not hold as many records as the last run proved
-- severity: wrong
-- repair: none
-- next: Somebody else changed the tables; read everything: accordant printavo sync --full
WITH live AS (
    SELECT 'orders' AS place, count(*) AS count FROM printavo.orders WHERE gone_at IS NULL
    UNION ALL SELECT 'customer', count(*) FROM printavo.customer WHERE gone_at IS NULL
    UNION ALL SELECT 'contact', count(*) FROM printavo.contact WHERE gone_at IS NULL)
SELECT l.place, 'the table' AS record,
       'It has ' || l.count || ' records; the certificate of the last run says ' || c.proven
       || CASE WHEN c.left_out > 0 THEN ', and ' || c.left_out || ' more were left out' ELSE '' END || '.' AS detail
FROM live AS l JOIN pg_temp.certified AS c ON c.place = l.place
WHERE l.count NOT BETWEEN c.proven AND c.proven + c.left_out
