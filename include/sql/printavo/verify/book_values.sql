-- title: A company's table says something else of an order than Printavo
-- severity: wrong
-- repair: books
-- next: Have the table written anew (accordant printavo verify --repair); only the two due dates may be edited there
SELECT b.company || '_orders' AS place, b.order_id || coalesce(' (number ' || e.visual_id || ')', '') AS record,
       string_agg(v.name || ' is ' || coalesce(quote_literal(v.ours), 'empty') || ' and should be '
                  || coalesce(quote_literal(v.theirs), 'empty'), '; ' ORDER BY v.name) || '.' AS detail
FROM pg_temp.book AS b
JOIN pg_temp.expected AS e USING (company, order_id)
CROSS JOIN LATERAL (VALUES
    ('visual_id', b.visual_id, e.visual_id), ('nickname', b.nickname, e.nickname), ('kind', b.kind, e.kind),
    ('customer_name', b.customer_name, e.customer_name), ('contact_name', b.contact_name, e.contact_name),
    ('contact_email', b.contact_email, e.contact_email), ('status', b.status, e.status),
    ('created_on', b.created_on::text, e.created_on::text), ('total', b.total::text, e.total::text),
    ('amount_paid', b.amount_paid::text, e.amount_paid::text),
    ('amount_outstanding', b.amount_outstanding::text, e.amount_outstanding::text),
    ('quantity', b.quantity::text, e.quantity::text), ('po_number', b.po_number, e.po_number),
    ('public_url', b.public_url, e.public_url), ('updated_at', b.updated_at::text, e.updated_at::text)
) AS v (name, ours, theirs)
WHERE v.ours IS DISTINCT FROM v.theirs
GROUP BY 1, 2
