-- What people remark about figures, lines and periods. A thread has the position of its first remark as its number. Rows are inserted and
-- never changed.

CREATE TABLE remark (
    knowledge BIGINT PRIMARY KEY,
    thread BIGINT NOT NULL REFERENCES remark (knowledge),
    line TEXT NOT NULL,            -- empty: on the period as a whole
    period TEXT NOT NULL,          -- FY2012-9M; empty: on the line in every period
    content TEXT NOT NULL,
    resolves SMALLINT NOT NULL,    -- 1: nothing is left to be done
    actor TEXT NOT NULL,
    made_at BIGINT NOT NULL        -- microseconds since 1970 UTC
);
