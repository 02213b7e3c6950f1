-- A bulk load leaves the planner without figures; autovacuum may come too late. A fifth of the usual sample will do, and
-- the figures of the contents serve no query.
SET LOCAL default_statistics_target = 20;
ANALYZE accordant.staged_record (run_id, side, object_type, key, parent, remote_id, valid, natural_key, link, mark, gone);
