-- What systems integration knows of its entries. A row whose entry is in reversal is no longer looked at. Amounts are postings
-- with the order's id as their subject. The references are deferred: a batch may write these rows before their entries.

CREATE TABLE order_received (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    order_id TEXT NOT NULL,
    kind TEXT NOT NULL,            -- construction or operation
    customer_industry TEXT NOT NULL,
    received_on TEXT NOT NULL,
    opening SMALLINT NOT NULL      -- 1: from before this system began
);
CREATE INDEX order_received_by_order ON order_received (order_id);

CREATE TABLE order_amendment (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    reason TEXT NOT NULL
);

CREATE TABLE order_cancellation (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    order_id TEXT NOT NULL,
    cancelled_on TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX order_cancellation_by_order ON order_cancellation (order_id);

-- The acceptance of a construction order: its one revenue, which may be zero.
CREATE TABLE order_acceptance (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    order_id TEXT NOT NULL,
    accepted_on TEXT NOT NULL
);
CREATE INDEX order_acceptance_by_order ON order_acceptance (order_id);

CREATE TABLE personnel_count (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    month TEXT NOT NULL
);
CREATE INDEX personnel_count_by_month ON personnel_count (month);
