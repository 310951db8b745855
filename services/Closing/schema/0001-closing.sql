-- What every source keeps: who it is, its entries, their running totals, its periods and what it has to tell.
-- Rows of entry, posting, reversal, statement, period_event and control_total are inserted and never changed.

CREATE TABLE source (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    last_sequence BIGINT NOT NULL CHECK (last_sequence >= 0)
);

CREATE TABLE entry (
    number BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    entry_date TEXT NOT NULL,      -- its own business date, 2012-12-31
    month TEXT NOT NULL,           -- the month it is posted to, 2012-12
    opening SMALLINT NOT NULL,     -- 1: stock from before this system began, not an activity of a period
    reverses BIGINT NULL REFERENCES entry (number),
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_at BIGINT NOT NULL    -- microseconds since 1970 UTC
);
CREATE INDEX entry_by_month ON entry (month, number);

CREATE TABLE posting (
    entry BIGINT NOT NULL REFERENCES entry (number),
    line SMALLINT NOT NULL,
    measure TEXT NOT NULL,
    subject TEXT NOT NULL,         -- what it concerns, such as an order; empty where nothing
    amount BIGINT NOT NULL,
    PRIMARY KEY (entry, line)
);
CREATE INDEX posting_by_subject ON posting (subject, measure) WHERE subject <> '';

CREATE TABLE reversal (
    entry BIGINT PRIMARY KEY REFERENCES entry (number),
    reversed_by BIGINT NOT NULL REFERENCES entry (number)
);

-- Running totals, kept in the transaction that records the entry. The checks stop a sum long before int64 overflows.
CREATE TABLE total (
    month TEXT NOT NULL,
    measure TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount BETWEEN -4000000000000000000 AND 4000000000000000000),
    entries BIGINT NOT NULL,       -- live postings: 0 means that nothing stands here
    PRIMARY KEY (month, measure)
);

-- The same by date, for measures that are known at any date.
CREATE TABLE dated_total (
    measure TEXT NOT NULL,
    month TEXT NOT NULL,
    entry_date TEXT NOT NULL,
    amount BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    PRIMARY KEY (measure, month, entry_date)
);

-- The same over all time by what it concerns, such as what is left of an order.
CREATE TABLE subject_total (
    subject TEXT NOT NULL,
    measure TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount BETWEEN -4000000000000000000 AND 4000000000000000000),
    PRIMARY KEY (subject, measure)
);

CREATE TABLE period (
    month TEXT PRIMARY KEY,
    state TEXT NOT NULL,           -- Open, Prepared, Closed, Reopened, Locked
    revision INTEGER NOT NULL,     -- 0 before the first close
    impacted SMALLINT NOT NULL,
    prepared_by TEXT NOT NULL
);

CREATE TABLE control_total (
    id BIGINT PRIMARY KEY,
    month TEXT NOT NULL,
    measure TEXT NOT NULL,
    amount BIGINT NOT NULL,
    actor TEXT NOT NULL,
    declared_at BIGINT NOT NULL
);
CREATE INDEX control_total_by_month ON control_total (month, measure);

CREATE TABLE statement (
    month TEXT NOT NULL,
    revision INTEGER NOT NULL,
    schema_name TEXT NOT NULL,
    body TEXT NOT NULL,            -- proto3 JSON, stored once and served for ever
    digest TEXT NOT NULL,
    PRIMARY KEY (month, revision)
);

CREATE TABLE period_event (
    sequence BIGINT PRIMARY KEY,
    event_id TEXT NOT NULL,
    transition TEXT NOT NULL,
    month TEXT NOT NULL,
    revision INTEGER NOT NULL,
    has_statement SMALLINT NOT NULL,
    occurred_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL
);

CREATE TABLE outbox (
    sequence BIGINT PRIMARY KEY REFERENCES period_event (sequence),
    attempts INTEGER NOT NULL,
    not_before BIGINT NOT NULL     -- a claimed or failed row waits until then
);
