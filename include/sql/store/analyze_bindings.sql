-- A bulk load leaves the planner without figures; autovacuum may come too late. A fifth of the usual sample will do, and
-- the figures of the contents serve no query.
SET LOCAL default_statistics_target = 20;
ANALYZE accordant.binding (flow, ours, theirs, object_type, key, remote_id, parent, ours_hash, theirs_hash, run_id);
