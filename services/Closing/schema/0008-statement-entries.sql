-- How far a statement's entries go, so that the entries behind a revision can be told from those recorded after it. A statement that was fixed
-- before this column has none: there the time of its event decides.

ALTER TABLE statement ADD COLUMN last_entry BIGINT NULL; -- the number of the last entry recorded before it; 0 where there was none
