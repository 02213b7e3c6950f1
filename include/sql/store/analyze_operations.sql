-- A bulk load leaves the planner without figures; autovacuum may come too late. A fifth of the usual sample will do, and
-- the figures of the contents serve no query.
SET LOCAL default_statistics_target = 20;
ANALYZE accordant.operation (run_id, seq, flow, ours, theirs, phase, grp, object_type, key, action, state, side, follows);
