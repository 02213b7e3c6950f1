-- The present moment, and every call of an account that a limit may reach back to, in seconds since 1970.
WITH clock AS MATERIALIZED (
    SELECT coalesce(%(now)s::float8, extract(epoch FROM clock_timestamp())::float8) AS now
)
SELECT clock.now, p.kind, extract(epoch FROM p.at)::float8 AS at
FROM clock
LEFT JOIN accordant.permit AS p ON p.account = %(account)s AND p.at > to_timestamp(clock.now - %(reach)s);
