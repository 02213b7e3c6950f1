-- Reserve a moment, and forget the calls that no limit reaches back to.
WITH forgotten AS (
    DELETE FROM accordant.permit WHERE account = %(account)s AND at <= to_timestamp(%(now)s::float8 - %(reach)s)
)
INSERT INTO accordant.permit (account, kind, at) VALUES (%(account)s, %(kind)s, to_timestamp(%(at)s::float8));
