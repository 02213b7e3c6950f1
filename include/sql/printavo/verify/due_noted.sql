-- title: A corrected due date is noted beside a date that Printavo does not say any more
-- severity: wrong
-- repair: none
-- next: The next run decides by the setting due_dates which date holds: accordant printavo sync
SELECT 'company_due' AS place, d.company || ' ' || d.record AS record,
       v.name || ' of Printavo is noted as ' || coalesce(v.noted, 'none') || '; Printavo says ' || coalesce(v.theirs, 'none') || '.' AS detail
FROM pg_temp.due AS d
CROSS JOIN LATERAL (VALUES
    ('customer_due', d.noted_customer_due::text, d.printavo_customer_due::text, d.customer_corrected),
    ('production_due', d.noted_production_due::text, d.printavo_production_due::text, d.production_corrected)
) AS v (name, noted, theirs, corrected)
WHERE NOT d.edited AND v.corrected AND v.noted IS DISTINCT FROM v.theirs
