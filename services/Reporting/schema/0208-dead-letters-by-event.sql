-- When an event is stored, the dead letters that carry it are found and settled.

CREATE INDEX quarantine_by_event ON quarantine (source, sequence);
