SELECT DISTINCT phase FROM accordant.operation
WHERE run_id = %(run_id)s AND state IN ('planned', 'sending', 'unknown', 'held')
ORDER BY phase;
