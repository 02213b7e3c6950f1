-- Take over an unfinished reading of the same account and kind.
UPDATE printavo.reading SET run_id = %(run_id)s
WHERE account = %(account)s AND what = %(what)s AND finished_at IS NULL
  AND started_at > now() - make_interval(secs => %(minutes)s * 60)
RETURNING run_id;
