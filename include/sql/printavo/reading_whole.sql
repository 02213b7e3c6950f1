SELECT coalesce(bool_and(p.rows IS NOT DISTINCT FROM l.rows), true) AS whole
FROM printavo.reading_list AS l LEFT JOIN printavo_staging.put AS p USING (name);
