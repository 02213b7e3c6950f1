-- The second keys of the advisory locks that are held, as signed numbers.
SELECT CASE WHEN objid::bigint >= 2147483648 THEN objid::bigint - 4294967296 ELSE objid::bigint END AS number
FROM pg_locks
WHERE locktype = 'advisory' AND granted AND classid::bigint = %(lock)s AND objsubid = 2
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
