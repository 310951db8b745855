-- What the cloud business knows of its month-end counts; revenue, cost and capex are entries and nothing more. Amounts are postings.
-- A row whose entry is in reversal is no longer looked at: its month may be counted again.
-- The reference is deferred: a batch writes these rows first and all its entries at its end.

CREATE TABLE month_end_count (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    month TEXT NOT NULL,           -- counted at the end of its last day
    kind TEXT NOT NULL             -- projects, clients, partners, vw_series_orders, vw_series_prospects
);
CREATE INDEX month_end_count_by_month ON month_end_count (month, kind);
