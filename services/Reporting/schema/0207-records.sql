-- What was stored is bound together: a digest for each position over the digest before it and everything that the position brought, and a
-- signature of reporting over the last one of each transaction. Rows are inserted and never changed.

ALTER TABLE received_event ADD COLUMN body_hash TEXT NOT NULL DEFAULT ''; -- SHA-256 of body; empty: received before it was kept

CREATE TABLE record_digest (
    knowledge BIGINT PRIMARY KEY,
    digest TEXT NOT NULL,
    key_id TEXT NOT NULL,          -- of reporting's key; empty but of the last position of a transaction
    signature TEXT NOT NULL        -- ECDSA P-256 in base64; empty likewise
);

-- Positions up to this one were stored before; they are bound as they are found at the first start. A later position without a digest was
-- not stored by the service.
CREATE TABLE record_begin (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last_before BIGINT NOT NULL
);
INSERT INTO record_begin (id, last_before) SELECT 1, last FROM knowledge WHERE id = 1;
