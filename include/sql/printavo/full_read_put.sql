INSERT INTO printavo.full_read (account, finished_at) VALUES (%(account)s, now())
ON CONFLICT (account) DO UPDATE SET finished_at = EXCLUDED.finished_at;
