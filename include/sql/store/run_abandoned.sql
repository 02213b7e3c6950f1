-- Runs that ended without closing: their process was killed, and nothing happened in them for a while.
-- One whose plan waits for a person is not abandoned, nor one that a process is at work on.
UPDATE accordant.run AS r
SET state = 'failed', problem = 'It ended without closing; a later run took over.', finished_at = now()
WHERE r.flow = %(flow)s AND r.id <> %(run_id)s AND r.state = 'running' AND r.id <> ALL(%(at_work)s::uuid[])
  AND r.active_at < now() - greatest(interval '15 minutes', %(lease)s)
  AND NOT EXISTS (SELECT 1 FROM accordant.plan AS p WHERE p.run_id = r.id AND p.decision = 'waiting');
