-- A bulk load leaves the planner without figures; autovacuum may come too late. Those of the contents serve no query.
ANALYZE accordant.binding (flow, ours, theirs, object_type, key, remote_id, parent, ours_hash, theirs_hash, run_id);
