-- Credit notes: which entry takes which part of which other one back. Rows are inserted and never changed; one whose entry is in reversal
-- counts no longer. The reference is deferred: a batch writes these rows first and all its entries at its end.

CREATE TABLE credit (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED, -- the credit note
    credits BIGINT NOT NULL REFERENCES entry (number),
    measure TEXT NOT NULL,         -- of the posting that it takes from
    amount BIGINT NOT NULL CHECK (amount > 0) -- yen
);
CREATE INDEX credit_by_credited ON credit (credits, measure);
