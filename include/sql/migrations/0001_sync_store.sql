-- The sync store: what both sides last agreed on, what a run staged, planned and did, and the proof.
-- It never holds a credential. Every stored id is keyed by the account it belongs to, because ids of a
-- test company and the real one collide otherwise.

CREATE TABLE accordant.run (
    id                  uuid PRIMARY KEY,
    flow                text NOT NULL,
    ours                text NOT NULL DEFAULT '',        -- account of our side, e.g. host/database.collection
    theirs              text NOT NULL DEFAULT '',        -- account of the other side, e.g. its base URL
    airflow_run_id      text NOT NULL DEFAULT '',
    mode                text NOT NULL CHECK (mode IN ('apply', 'preview')),
    state               text NOT NULL DEFAULT 'running'
                        CHECK (state IN ('running', 'succeeded', 'needs_person', 'incomplete', 'failed', 'cancelled')),
    step                text NOT NULL DEFAULT 'prepare',
    parameters          jsonb NOT NULL DEFAULT '{}',
    summary             jsonb NOT NULL DEFAULT '{}',
    problem             text NOT NULL DEFAULT '',        -- one sentence when the state is failed
    started_at          timestamptz NOT NULL DEFAULT now(),
    active_at           timestamptz NOT NULL DEFAULT now(),
    read_at             timestamptz NOT NULL DEFAULT now(),  -- when it read our side: what stands in the way since counts
    finished_at         timestamptz,
    cancel_requested_at timestamptz,
    UNIQUE (flow, airflow_run_id)
);
CREATE INDEX run_by_flow ON accordant.run (flow, started_at DESC);

-- One row per record as read, per side. The same key may come twice: that is for validation to find.
CREATE TABLE accordant.staged_record (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id       uuid NOT NULL REFERENCES accordant.run ON DELETE CASCADE,
    side         text NOT NULL CHECK (side IN ('ours', 'theirs', 'proof')),
    object_type  text NOT NULL,
    key          text NOT NULL,
    parent       text NOT NULL DEFAULT '',               -- key of the record this one is part of
    position     integer NOT NULL DEFAULT 0,             -- place within the parent
    remote_id    text NOT NULL DEFAULT '',
    content      jsonb NOT NULL,
    hash         text NOT NULL,
    valid        boolean NOT NULL DEFAULT true
);
CREATE INDEX staged_by_key ON accordant.staged_record (run_id, side, object_type, key);
CREATE INDEX staged_sources ON accordant.staged_record (run_id, key) WHERE side = 'ours' AND parent = '';
CREATE INDEX staged_by_parent ON accordant.staged_record (run_id, side, object_type, parent, position);

CREATE TABLE accordant.binding (
    flow            text NOT NULL,
    ours            text NOT NULL,
    theirs          text NOT NULL,
    object_type     text NOT NULL,
    key             text NOT NULL,
    remote_id       text NOT NULL,
    base            jsonb NOT NULL,                      -- the record both sides last agreed on
    base_hash       text NOT NULL,
    remote_revision text NOT NULL DEFAULT '',
    parent          text NOT NULL DEFAULT '',            -- key of the record this one is part of
    source          text NOT NULL DEFAULT '',            -- where our side's record came from
    sealed_hash     text NOT NULL DEFAULT '',            -- hash of the whole source once both sides were proven equal
    shared          boolean NOT NULL DEFAULT false,      -- several of our keys may lead to this remote record
    agreed_at       timestamptz NOT NULL DEFAULT now(),
    run_id          uuid,
    PRIMARY KEY (flow, ours, theirs, object_type, key)
);
CREATE INDEX binding_by_remote ON accordant.binding (flow, ours, theirs, object_type, remote_id);
CREATE UNIQUE INDEX binding_one_key ON accordant.binding (flow, ours, theirs, object_type, remote_id) WHERE NOT shared;

CREATE INDEX binding_by_parent ON accordant.binding (flow, ours, theirs, object_type, parent) WHERE parent <> '';

-- What a run still has to agree: our valid records that are not sealed with the same content; of copies, the first.
CREATE VIEW accordant.to_agree AS
SELECT DISTINCT ON (s.run_id, s.object_type, s.key) s.*, b.remote_id AS bound_id
FROM accordant.staged_record AS s
JOIN accordant.run AS r ON r.id = s.run_id
LEFT JOIN accordant.binding AS b
       ON b.flow = r.flow AND b.ours = r.ours AND b.theirs = r.theirs AND b.object_type = s.object_type AND b.key = s.key
WHERE s.side = 'ours' AND s.valid AND b.sealed_hash IS DISTINCT FROM s.hash
ORDER BY s.run_id, s.object_type, s.key, s.seq;

CREATE TABLE accordant.plan (
    run_id      uuid PRIMARY KEY REFERENCES accordant.run ON DELETE CASCADE,
    id          text NOT NULL,                           -- SHA-256 of the plan's content
    operations  bigint NOT NULL,
    counts      jsonb NOT NULL,
    forecast    jsonb NOT NULL DEFAULT '{}',
    exceeded    jsonb NOT NULL DEFAULT '[]',             -- sentences: which limits it exceeds
    decision    text NOT NULL DEFAULT 'open'
                CHECK (decision IN ('open', 'within_limits', 'waiting', 'approved', 'rejected')),
    decided_by  text NOT NULL DEFAULT '',
    decided_at  timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX plan_by_id ON accordant.plan (id);

-- An answer given to a plan by its id, before or while a run waits. It serves one run.
CREATE TABLE accordant.approval (
    plan_id   text PRIMARY KEY,
    decision  text NOT NULL CHECK (decision IN ('approved', 'rejected')),
    given_by  text NOT NULL,
    given_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE accordant.operation (
    run_id      uuid NOT NULL REFERENCES accordant.run ON DELETE CASCADE,
    seq         bigint NOT NULL,
    flow        text NOT NULL,
    ours        text NOT NULL,
    theirs      text NOT NULL,
    phase       smallint NOT NULL,                       -- phases are applied one after the other
    grp         text NOT NULL,                           -- operations of one group go in order
    object_type text NOT NULL,
    key         text NOT NULL,
    action      text NOT NULL CHECK (action IN ('create', 'update', 'link', 'deactivate')),
    rule        text NOT NULL,                           -- which rule decided, for the accountant
    before      jsonb,
    after       jsonb NOT NULL,
    base_hash   text NOT NULL DEFAULT '',                -- the base the plan was made on; '' where none
    remote_id   text NOT NULL DEFAULT '',
    source      text NOT NULL DEFAULT '',                -- where our side's record came from
    agreed      jsonb,                                   -- the base afterwards, where that is not `after`
    shared      boolean NOT NULL DEFAULT false,          -- several of our keys may lead to this remote record
    state       text NOT NULL DEFAULT 'planned'
                CHECK (state IN ('planned', 'sending', 'applied', 'not_applied', 'unknown', 'refused', 'held')),
    code        text NOT NULL DEFAULT '',
    detail      text NOT NULL DEFAULT '',
    attempts    smallint NOT NULL DEFAULT 0,
    changed_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, seq)
);
CREATE INDEX operation_in_order ON accordant.operation (run_id, phase, grp, seq);
CREATE INDEX operation_by_key ON accordant.operation (run_id, object_type, key);
-- One open intent per record, whichever run or process it belongs to: the database says so.
CREATE UNIQUE INDEX operation_open_intent ON accordant.operation (flow, ours, theirs, object_type, key)
    WHERE state IN ('sending', 'unknown');

CREATE TABLE accordant.quarantine (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    flow        text NOT NULL,
    ours        text NOT NULL,
    theirs      text NOT NULL,
    object_type text NOT NULL,
    key         text NOT NULL,
    parent      text NOT NULL DEFAULT '',
    source      text NOT NULL DEFAULT '',
    code        text NOT NULL,
    field       text NOT NULL DEFAULT '',
    value       text NOT NULL DEFAULT '',                -- what stood there, shortened
    sentence    text NOT NULL,
    actor       text NOT NULL,
    action      text NOT NULL,
    severity    text NOT NULL DEFAULT 'refused' CHECK (severity IN ('refused', 'warning')),
    run_id      uuid NOT NULL,
    first_seen  timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_seen   timestamptz NOT NULL DEFAULT clock_timestamp(),
    retry_at    timestamptz,                             -- a person asked to try it again
    resolved_at timestamptz,
    UNIQUE (flow, ours, theirs, source, object_type, key, code, field)
);
CREATE INDEX quarantine_open ON accordant.quarantine (flow, source) WHERE resolved_at IS NULL;

CREATE TABLE accordant.conflict (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    flow        text NOT NULL,
    ours        text NOT NULL,
    theirs      text NOT NULL,
    object_type text NOT NULL,
    key         text NOT NULL,
    field       text NOT NULL DEFAULT '',
    code        text NOT NULL,
    base_value  text,
    our_value   text,
    their_value text,
    sentence    text NOT NULL,
    actor       text NOT NULL,
    action      text NOT NULL,
    parent      text NOT NULL DEFAULT '',
    source      text NOT NULL DEFAULT '',
    run_id      uuid NOT NULL,
    first_seen  timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_seen   timestamptz NOT NULL DEFAULT clock_timestamp(),
    retry_at    timestamptz,                             -- a person asked to try it again
    resolved_at timestamptz,
    UNIQUE (flow, ours, theirs, source, object_type, key, code, field)
);

CREATE TABLE accordant.watermark (
    flow   text NOT NULL,
    name   text NOT NULL,
    value  text NOT NULL,
    run_id uuid,
    set_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (flow, name)
);

CREATE TABLE accordant.certificate (
    id          text PRIMARY KEY,                        -- SHA-256 of previous and content
    position    bigint NOT NULL,                         -- place in the flow's chain, from 1
    flow        text NOT NULL,
    run_id      uuid NOT NULL,
    previous    text NOT NULL,                           -- '' for the first of the flow
    content     jsonb NOT NULL,
    matches     boolean NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (flow, position)
);

CREATE INDEX certificate_by_run ON accordant.certificate (run_id, position);

-- What we asked each system, redacted.
CREATE TABLE accordant.api_call (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id       uuid NOT NULL REFERENCES accordant.run ON DELETE CASCADE,
    step         text NOT NULL,
    system       text NOT NULL,
    account      text NOT NULL,
    method       text NOT NULL,
    path         text NOT NULL,
    status       integer,
    milliseconds double precision NOT NULL,
    is_write     boolean NOT NULL,
    detail       text NOT NULL DEFAULT '',
    called_at    timestamptz NOT NULL
);
CREATE INDEX api_call_by_run ON accordant.api_call (run_id, is_write);

-- What stands in the way of a record, whoever found it: refused by a rule or waiting for a person.
CREATE VIEW accordant.trouble AS
SELECT flow, ours, theirs, object_type, key, parent, source, code, field, sentence, severity, last_seen
FROM accordant.quarantine WHERE resolved_at IS NULL
UNION ALL
SELECT flow, ours, theirs, object_type, key, parent, source, code, field, sentence, 'conflict', last_seen
FROM accordant.conflict WHERE resolved_at IS NULL;

-- The same, of the sources that a run read: whoever saw it, this run or another at the same time.
CREATE VIEW accordant.run_trouble AS
SELECT r.id AS run_id, t.*
FROM accordant.run AS r
JOIN accordant.trouble AS t ON (t.flow, t.ours, t.theirs) = (r.flow, r.ours, r.theirs) AND t.last_seen >= r.read_at
WHERE EXISTS (SELECT 1 FROM accordant.staged_record AS s
              WHERE s.run_id = r.id AND s.side = 'ours' AND s.parent = '' AND s.key = t.source);

-- How far a run is, readable from outside while it works.
CREATE VIEW accordant.run_progress AS
SELECT run_id,
       object_type,
       action,
       count(*) AS total,
       count(*) FILTER (WHERE state = 'applied') AS applied,
       count(*) FILTER (WHERE state IN ('not_applied', 'refused') AND code <> '') AS failed,
       count(*) FILTER (WHERE state = 'unknown') AS unknown,
       count(*) FILTER (WHERE state = 'held') AS held,
       count(*) FILTER (WHERE state IN ('planned', 'sending')) AS open
FROM accordant.operation
GROUP BY run_id, object_type, action;
