-- An order of which a part cannot be kept is not kept in part.
UPDATE printavo_staging.orders AS s SET refused = true
WHERE EXISTS (SELECT FROM printavo_staging.unusable AS u WHERE u.id = s.id AND u.name NOT IN ('customer', 'contact', 'status'));
