-- Editions: what group accounting signed off, and every decision with its reason. Rows are inserted and never changed: an edition is
-- prepared by one row and published, returned or withdrawn by decisions that follow.

ALTER TABLE decision ADD COLUMN period TEXT NOT NULL DEFAULT '';     -- of an edition or of unlocked months: FY2012-9M
ALTER TABLE decision ADD COLUMN edition INTEGER NOT NULL DEFAULT 0;  -- its number within the period
ALTER TABLE decision ADD COLUMN reason TEXT NOT NULL DEFAULT '';

ALTER TABLE received_event ADD COLUMN waivers TEXT NOT NULL DEFAULT ''; -- of required measures that the statement lacks; empty: none

CREATE TABLE edition (
    preparation BIGINT PRIMARY KEY REFERENCES decision (knowledge), -- the decision that prepared it
    period TEXT NOT NULL,
    number INTEGER NOT NULL,
    position BIGINT NOT NULL,      -- the sequence position whose view it is
    lines_version INTEGER NOT NULL,
    vector TEXT NOT NULL,          -- "network incarnation sequence", a line for each source
    kind TEXT NOT NULL,            -- Unspecified of edition 1; Error, Estimate, Policy, Reclassification
    embargo_until BIGINT NOT NULL, -- microseconds since 1970 UTC; 0: none
    digest TEXT NOT NULL,          -- SHA-256 over every figure of the period
    lock_key TEXT NOT NULL         -- releases the months at the sources
);

-- An approval on its way: begun before the first source is asked, ended by the step that says how. One without an end was interrupted.
CREATE TABLE approval (
    attempt TEXT PRIMARY KEY,
    preparation BIGINT NOT NULL REFERENCES edition (preparation),
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    begun_at BIGINT NOT NULL
);

CREATE TABLE approval_step (
    attempt TEXT NOT NULL REFERENCES approval (attempt),
    step TEXT NOT NULL,            -- Published, Abandoned, or Released (of an abandoned one: no source holds a lock of it)
    detail TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    PRIMARY KEY (attempt, step)
);
