-- The signatures of events. An event names its incarnation, so it is signed again when a new incarnation begins. Rows are inserted and
-- never changed.

CREATE TABLE event_signature (
    incarnation TEXT NOT NULL,
    sequence BIGINT NOT NULL REFERENCES period_event (sequence),
    key_id TEXT NOT NULL,          -- of the source's key
    signature TEXT NOT NULL,       -- ECDSA P-256 in base64
    PRIMARY KEY (incarnation, sequence)
);
CREATE INDEX event_signature_by_sequence ON event_signature (sequence);

-- Events up to this number were recorded before events were signed; they are signed at the first start with a key. A later event without
-- a signature was not recorded by the service, and never gets one.
CREATE TABLE signing (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last_before BIGINT NOT NULL
);
INSERT INTO signing (id, last_before) SELECT 1, COALESCE(MAX(sequence), 0) FROM period_event;
