-- Orders that two pages held: the list moved while it was read, and the two may be of different moments.
SELECT id FROM printavo_staging.orders GROUP BY id HAVING count(*) > 1 ORDER BY id;
