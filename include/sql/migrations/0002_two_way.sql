-- Two-way flows: each side as it was last seen, operations on either side, and what the other side refused before.

-- What is staged may name more than a push flow needs.
ALTER TABLE accordant.staged_record
    ADD COLUMN name        text NOT NULL DEFAULT '',     -- what people call the record
    ADD COLUMN natural_key text NOT NULL DEFAULT '',     -- by which it is matched at first meeting; '' for none
    ADD COLUMN link        text NOT NULL DEFAULT '',     -- the other side's id, where this side keeps it
    ADD COLUMN mark        text NOT NULL DEFAULT '',     -- the mark that travels with a create
    ADD COLUMN rank        smallint NOT NULL DEFAULT 0,  -- a record may refer to others of its type of a lower rank
    ADD COLUMN revision    text NOT NULL DEFAULT '',
    ADD COLUMN changed_at  timestamptz,
    ADD COLUMN gone        boolean NOT NULL DEFAULT false;

-- Each record of each side as it was last seen: what did not change needs no second reading.
CREATE TABLE accordant.side_record (
    flow        text NOT NULL,
    ours        text NOT NULL,
    theirs      text NOT NULL,
    side        text NOT NULL CHECK (side IN ('ours', 'theirs')),
    object_type text NOT NULL,
    key         text NOT NULL,                           -- its key on that side
    content     jsonb NOT NULL,                          -- in canonical form; references as that side has them
    hash        text NOT NULL,                           -- of the content; '' when it must be looked at again
    name        text NOT NULL DEFAULT '',
    natural_key text NOT NULL DEFAULT '',
    link        text NOT NULL DEFAULT '',
    mark        text NOT NULL DEFAULT '',
    rank        smallint NOT NULL DEFAULT 0,
    revision    text NOT NULL DEFAULT '',
    changed_at  timestamptz,
    valid       boolean NOT NULL DEFAULT true,
    gone        boolean NOT NULL DEFAULT false,          -- deleted on that side
    run_id      uuid,                                    -- the run that saw it so first
    PRIMARY KEY (flow, ours, theirs, side, object_type, key) INCLUDE (hash, revision, gone, valid)  -- tells what changed
);
CREATE INDEX side_record_by_run ON accordant.side_record (run_id);
CREATE INDEX side_record_by_natural_key ON accordant.side_record (flow, ours, theirs, side, object_type, natural_key)
    WHERE natural_key <> '';

-- The hash of each side's record as it was agreed; '' while the record is not agreed as a whole.
ALTER TABLE accordant.binding
    ADD COLUMN ours_hash   text NOT NULL DEFAULT '',
    ADD COLUMN theirs_hash text NOT NULL DEFAULT '',
    DROP COLUMN remote_revision,                         -- the side's record has it
    DROP CONSTRAINT binding_pkey;
ALTER TABLE accordant.binding
    ADD PRIMARY KEY (flow, ours, theirs, object_type, key) INCLUDE (remote_id, ours_hash, theirs_hash);

ALTER TABLE accordant.operation
    ADD COLUMN side     text NOT NULL DEFAULT 'theirs' CHECK (side IN ('ours', 'theirs')),
    ADD COLUMN name     text NOT NULL DEFAULT '',
    ADD COLUMN rules    jsonb NOT NULL DEFAULT '{}',     -- {field: the rule that decided}
    ADD COLUMN revision text NOT NULL DEFAULT '',
    ADD COLUMN seen     text NOT NULL DEFAULT '',        -- hash of the written record as the plan saw it
    ADD COLUMN follows  boolean NOT NULL DEFAULT false,  -- goes after another operation of this plan on the same record
    ADD COLUMN settles  boolean NOT NULL DEFAULT true;

-- What the target refused is not sent again until it, the record or a person changed something.
ALTER TABLE accordant.quarantine
    ADD COLUMN operation_hash text NOT NULL DEFAULT '',
    DROP CONSTRAINT quarantine_severity_check,
    ADD CONSTRAINT quarantine_severity_check CHECK (severity IN ('refused', 'warning', 'held'));

-- How far each side was read, by that side's clock, per pair of accounts.
DROP TABLE accordant.watermark;
CREATE TABLE accordant.watermark (
    flow   text NOT NULL,
    ours   text NOT NULL,
    theirs text NOT NULL,
    name   text NOT NULL,
    value  timestamptz NOT NULL,
    run_id uuid,
    set_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (flow, ours, theirs, name)
);

-- Which company file an account is, so that a run pointed at another one stops.
CREATE TABLE accordant.account (
    account     text PRIMARY KEY,
    fingerprint text NOT NULL,
    skew        double precision,                        -- seconds its clock was ahead of ours at the last write
    seen_at     timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE accordant.run ADD COLUMN reading jsonb NOT NULL DEFAULT '{}';  -- how far it read, and by which clocks

CREATE OR REPLACE VIEW accordant.trouble AS
SELECT flow, ours, theirs, object_type, key, parent, source, code, field, sentence, severity, last_seen, run_id
FROM accordant.quarantine WHERE resolved_at IS NULL
UNION ALL
SELECT flow, ours, theirs, object_type, key, parent, source, code, field, sentence, 'conflict', last_seen, run_id
FROM accordant.conflict WHERE resolved_at IS NULL;

-- The same, as a run met it: of the sources that it read, whoever saw it, or found by the run itself.
DROP VIEW accordant.run_trouble;
CREATE VIEW accordant.run_trouble AS
SELECT r.id AS run_id, t.flow, t.ours, t.theirs, t.object_type, t.key, t.parent, t.source, t.code, t.field, t.sentence,
       t.severity, t.last_seen
FROM accordant.run AS r
JOIN accordant.trouble AS t ON (t.flow, t.ours, t.theirs) = (r.flow, r.ours, r.theirs)
WHERE t.run_id = r.id
   OR t.last_seen >= r.read_at
      AND EXISTS (SELECT 1 FROM accordant.staged_record AS s
                  WHERE s.run_id = r.id AND s.side = 'ours' AND s.parent = '' AND s.key = t.source);
