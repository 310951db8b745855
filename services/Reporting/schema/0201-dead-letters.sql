-- What was done about a message that was put aside. Rows are inserted and never changed; without one, a message is open.

CREATE TABLE dead_letter_action (
    letter BIGINT NOT NULL REFERENCES quarantine (number),
    step INTEGER NOT NULL,
    kind TEXT NOT NULL,            -- Redriven (it is in the facts now), Refused (redriven, and still refused), Discarded
    outcome TEXT NOT NULL,         -- why it was refused again; empty otherwise
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    acted_at BIGINT NOT NULL,      -- microseconds since 1970 UTC
    PRIMARY KEY (letter, step)
);
