-- What the group knows of its entries. A row whose entry is in reversal is no longer looked at. Amounts of stocks are postings.
-- The references are deferred: a batch writes these rows first and all its entries at its end.

-- A stock at the end of a month, stated once: employees, a balance sheet item, corporate customers.
CREATE TABLE month_end (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    month TEXT NOT NULL,
    measure TEXT NOT NULL
);
CREATE INDEX month_end_by_measure ON month_end (month, measure);

-- What was announced. Values have decimals that a posting's whole number does not tell, so they are kept here.
CREATE TABLE announcement (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    register TEXT NOT NULL,        -- group.target, group.dividend, group.shares, group.split
    item TEXT NOT NULL,            -- revenue.total, interim.pre_split, weighted_average, ratio
    fiscal_year TEXT NOT NULL,     -- FY2012; empty for a split
    announced_on TEXT NOT NULL,    -- shares: stated on; a split: takes effect
    unscaled BIGINT NOT NULL,      -- the value times 10^scale
    scale INTEGER NOT NULL CHECK (scale BETWEEN 0 AND 18),
    status TEXT NOT NULL           -- of a dividend: Paid or Forecast; empty otherwise
);
CREATE INDEX announcement_by_item ON announcement (register, item, fiscal_year);
