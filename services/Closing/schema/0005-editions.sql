-- What the group says about the months of this source: which published editions lock them, and which revisions it rejected. A lock is
-- deleted when it is released; rows of rejection are inserted and never changed, the last one of a revision holds.

CREATE TABLE edition_lock (
    month TEXT NOT NULL,
    edition TEXT NOT NULL,         -- "FY2012-9M edition 1"; empty: locked by hand
    lock_key TEXT NOT NULL,        -- releasing the lock needs it; empty: locked by hand
    actor TEXT NOT NULL,
    locked_at BIGINT NOT NULL,     -- microseconds since 1970 UTC
    PRIMARY KEY (month, edition)
);

CREATE TABLE rejection (
    number INTEGER PRIMARY KEY,
    month TEXT NOT NULL,
    revision INTEGER NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,          -- empty: the rejection was taken back
    noted_at BIGINT NOT NULL
);
