-- title: A due date in a company's table is not Printavo's, and nobody corrected it
-- severity: wrong
-- repair: books
-- next: Have the table written anew (accordant printavo verify --repair); the next run does it too
SELECT d.company || '_orders' AS place, d.record, v.name || ' is ' || coalesce(v.ours, 'empty') || '; Printavo says '
       || coalesce(v.theirs, 'none') || '.' AS detail
FROM pg_temp.due AS d
CROSS JOIN LATERAL (VALUES
    ('customer_due', d.customer_due::text, d.printavo_customer_due::text, d.customer_corrected),
    ('production_due', d.production_due::text, d.printavo_production_due::text, d.production_corrected)
) AS v (name, ours, theirs, corrected)
WHERE NOT d.edited AND NOT v.corrected AND v.ours IS DISTINCT FROM v.theirs
