-- An empty cell says nothing: it never takes a date away.
INSERT INTO printavo_staging.correction (company, order_id, visual_id, file, line, sets_customer_due, customer_due,
                                         sets_production_due, production_due)
VALUES (%(company)s, %(order_id)s, %(visual_id)s, %(file)s, %(line)s, %(customer_due)s::date IS NOT NULL,
        %(customer_due)s::date, %(production_due)s::timestamptz IS NOT NULL, %(production_due)s::timestamptz)
ON CONFLICT (company, order_id) DO NOTHING;
