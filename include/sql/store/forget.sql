-- Retention: runs and what hangs on them go after so many days; bindings and certificates are kept.
-- A run with a write whose outcome is not known yet stays until it is settled.
DELETE FROM accordant.run AS old
WHERE old.flow = %(flow)s AND old.started_at < now() - make_interval(days => %(days)s)
  AND NOT EXISTS (SELECT 1 FROM accordant.operation AS o
                  WHERE o.run_id = old.id AND o.state IN ('sending', 'unknown'));
