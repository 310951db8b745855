-- What makes a token of the stream: an epoch, which a database restored from a backup does not keep, and the key of its seal. Rows
-- are inserted and never changed; the last one holds.

CREATE TABLE feed_epoch (
    number INTEGER PRIMARY KEY,
    epoch TEXT NOT NULL,
    seal_key BYTEA NOT NULL,
    evidence TEXT NOT NULL,        -- what the database was made of when it began
    begun_at BIGINT NOT NULL       -- microseconds since 1970 UTC
);
