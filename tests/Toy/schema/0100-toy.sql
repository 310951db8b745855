-- Where each sale was made; amounts are postings.
-- The reference is deferred: a batch writes these rows first and all its entries at its end.

CREATE TABLE sale (
    entry BIGINT PRIMARY KEY REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    shop TEXT NOT NULL
);
