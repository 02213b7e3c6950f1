-- title: A due date was edited in a company's table since the last run
-- severity: notice
-- repair: none
-- next: Nothing: the next run keeps it and names it in due_from, unless Printavo changed the date too
SELECT d.company || '_orders' AS place, d.record,
       'customer_due is ' || coalesce(d.customer_due::text, 'empty') || ' and production_due '
       || coalesce(d.production_due::text, 'empty') || '; Printavo says ' || coalesce(d.printavo_customer_due::text, 'none')
       || ' and ' || coalesce(d.printavo_production_due::text, 'none') || '.' AS detail
FROM pg_temp.due AS d WHERE d.edited
