-- What reporting was told, in the order it was committed: that order is the clock of knowledge. Rows of received_event, fact,
-- decision, line_version, line and quarantine are inserted and never changed.

CREATE TABLE knowledge (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last BIGINT NOT NULL
);
INSERT INTO knowledge (id, last) VALUES (1, 0);

CREATE TABLE received_event (
    knowledge BIGINT PRIMARY KEY,
    source TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    transition TEXT NOT NULL,
    month TEXT NOT NULL,
    revision INTEGER NOT NULL,
    occurred_at BIGINT NOT NULL,   -- microseconds since 1970 UTC, by the source's clock
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    schema_name TEXT NOT NULL,     -- empty without a statement
    body TEXT NOT NULL,            -- proto3 JSON as it was published
    digest TEXT NOT NULL,          -- of the facts; empty without a statement
    received_at BIGINT NOT NULL,
    UNIQUE (source, incarnation, sequence)
);
CREATE UNIQUE INDEX one_statement_a_revision ON received_event (source, incarnation, month, revision) WHERE schema_name <> '';

CREATE TABLE fact (
    knowledge BIGINT NOT NULL REFERENCES received_event (knowledge) DEFERRABLE INITIALLY DEFERRED,
    measure TEXT NOT NULL,
    subject TEXT NOT NULL,
    fact_date TEXT NOT NULL,
    unscaled BIGINT NOT NULL,
    scale SMALLINT NOT NULL,
    PRIMARY KEY (knowledge, measure, subject, fact_date)
);

-- What group accounting decided: a month signed off, a submitted revision or an incarnation accepted.
CREATE TABLE decision (
    knowledge BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    month TEXT NOT NULL,
    revision INTEGER NOT NULL,
    actor TEXT NOT NULL,
    decided_at BIGINT NOT NULL
);

CREATE TABLE line_version (
    version INTEGER PRIMARY KEY,
    knowledge BIGINT NOT NULL,
    actor TEXT NOT NULL,
    defined_at BIGINT NOT NULL
);

CREATE TABLE line (
    version INTEGER NOT NULL REFERENCES line_version (version),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (version, position)
);

CREATE TABLE quarantine (
    number BIGINT PRIMARY KEY,
    content_hash TEXT NOT NULL UNIQUE,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    source TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    message TEXT NOT NULL,         -- the whole message as JSON
    received_at BIGINT NOT NULL
);
