-- A database that was restored from an older copy begins a new incarnation. Rows of incarnation are inserted and never changed:
-- who ended which, when and why.

ALTER TABLE source ADD COLUMN evidence TEXT NOT NULL DEFAULT ''; -- what the database is made of; empty where the engine cannot tell

CREATE TABLE incarnation (
    number INTEGER PRIMARY KEY,
    ended TEXT NOT NULL,
    begun TEXT NOT NULL,
    last_sequence BIGINT NOT NULL, -- the last that the ended one had given, as far as this copy knows
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    begun_at BIGINT NOT NULL       -- microseconds since 1970 UTC
);
