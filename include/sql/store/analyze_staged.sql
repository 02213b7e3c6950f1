-- A bulk load leaves the planner without figures; autovacuum may come too late. Those of the contents serve no query.
ANALYZE accordant.staged_record (run_id, side, object_type, key, parent, remote_id, valid, natural_key, link, mark, gone);
