-- QuickBooks Online: the newest tokens of each company, and when it was and will be called.

-- Encrypted under the client secret of the Connection, which is not here; so this table alone opens nothing.
CREATE TABLE accordant.token (
    account      text PRIMARY KEY,
    sealed       bytea,                                  -- NULL before the first renewal
    seed         text NOT NULL DEFAULT '',               -- SHA-256 of the Connection's refresh token that it came from
    refreshed_at timestamptz
);

-- Who may call when, across all workers. A row is forgotten once no limit reaches back to it.
CREATE TABLE accordant.permit (
    account text NOT NULL,
    kind    text NOT NULL,                               -- of the call; 'closed' for a moment before which nobody calls
    at      timestamptz NOT NULL
);
CREATE INDEX permit_by_account ON accordant.permit (account, at);

-- Every record that was sent in a batch: who sent what, when, and what came back. Kept like bindings.
CREATE TABLE accordant.audit (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    flow        text NOT NULL,
    ours        text NOT NULL,
    theirs      text NOT NULL,
    run_id      uuid NOT NULL,
    who         text NOT NULL,                           -- the Airflow run, which tells a person from the schedule
    object_type text NOT NULL,
    key         text NOT NULL,
    action      text NOT NULL,
    outcome     text NOT NULL,
    remote_id   text NOT NULL DEFAULT '',
    code        text NOT NULL DEFAULT '',
    detail      text NOT NULL DEFAULT '',
    request     jsonb,                                   -- NULL where a look-up found what was sent before
    answer      jsonb
);
CREATE INDEX audit_by_record ON accordant.audit (flow, ours, theirs, object_type, key, at);
CREATE INDEX audit_by_run ON accordant.audit (run_id);
