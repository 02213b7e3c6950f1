-- For how long none of these runs gave a sign of life: not by a step, nor by an operation.
SELECT EXTRACT(epoch FROM clock_timestamp() - max(greatest(r.active_at, (
           SELECT max(o.changed_at) FROM accordant.operation AS o
           WHERE o.run_id = r.id AND o.state IN ('sending', 'unknown')))))::float8 AS seconds
FROM accordant.run AS r WHERE r.id = ANY(%(runs)s::uuid[]);
