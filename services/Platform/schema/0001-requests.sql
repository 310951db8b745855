-- A write that was answered: the same request_id gets the same answer. Rows are inserted and never changed.
CREATE TABLE request (
    request_id TEXT PRIMARY KEY,
    content_hash TEXT NOT NULL,
    response BYTEA NOT NULL
);
