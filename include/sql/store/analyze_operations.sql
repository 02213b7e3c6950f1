-- A bulk load leaves the planner without figures; autovacuum may come too late.
ANALYZE accordant.operation;
