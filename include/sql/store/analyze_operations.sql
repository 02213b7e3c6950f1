-- A bulk load leaves the planner without figures; autovacuum may come too late. Those of the contents serve no query.
ANALYZE accordant.operation (run_id, seq, flow, ours, theirs, phase, grp, object_type, key, action, state, side, follows);
