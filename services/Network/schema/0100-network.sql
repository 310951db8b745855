-- What the network business knows of its contract changes; revenue, cost and LTE additions are entries and nothing more.
-- Amounts are postings: of a change, the line above zero are the activations, the one below zero the cancellations.
-- The reference is deferred: a batch writes these rows first and all its entries at its end.

CREATE TABLE contract_change (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    band TEXT NOT NULL,            -- under_100mbps, 100mbps_to_1gbps, 1gbps_and_over
    day TEXT NOT NULL,             -- the first day it counts
    opening SMALLINT NOT NULL
);
CREATE INDEX contract_change_by_day ON contract_change (day, entry);
