-- What the ATM business knows of its entries. A row whose entry is in reversal is no longer looked at. Amounts are postings.
-- The references are deferred: a batch writes these rows first and all its entries at its end.

CREATE TABLE installation (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    atm_id TEXT NOT NULL,
    installed_on TEXT NOT NULL,    -- the first day placed
    opening SMALLINT NOT NULL
);
CREATE INDEX installation_by_atm ON installation (atm_id);

CREATE TABLE removal (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    atm_id TEXT NOT NULL,
    removed_on TEXT NOT NULL       -- the first day not placed
);
CREATE INDEX removal_by_atm ON removal (atm_id);

-- A single withdrawal, or a settlement of all of one ATM's day.
CREATE TABLE withdrawal (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    atm_id TEXT NOT NULL,
    day TEXT NOT NULL,
    settlement SMALLINT NOT NULL
);
CREATE INDEX withdrawal_by_atm_day ON withdrawal (atm_id, day);
