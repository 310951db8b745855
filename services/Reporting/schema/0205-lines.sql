-- The lines model changes in two steps: a version is prepared by a decision and becomes the model by another one. Rows are inserted and
-- never changed.

ALTER TABLE decision ADD COLUMN lines_version INTEGER NOT NULL DEFAULT 0; -- of a version of the model; 0 otherwise

CREATE TABLE line_proposal (
    preparation BIGINT NOT NULL REFERENCES decision (knowledge), -- the decision that prepared it
    position INTEGER NOT NULL,     -- the order of the lines
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (preparation, position)
);
