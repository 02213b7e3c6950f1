INSERT INTO printavo.reading (run_id, account, what) VALUES (%(run_id)s, %(account)s, %(what)s)
ON CONFLICT (one) DO UPDATE
SET run_id = EXCLUDED.run_id, account = EXCLUDED.account, what = EXCLUDED.what, started_at = now(), finished_at = NULL;
