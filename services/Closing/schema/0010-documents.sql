-- What an entry rests on, such as an invoice; empty where nothing was given.

ALTER TABLE entry ADD COLUMN document_reference TEXT NOT NULL DEFAULT '';
ALTER TABLE entry ADD COLUMN document_text TEXT NOT NULL DEFAULT '';
CREATE INDEX entry_by_document ON entry (document_reference, number) WHERE document_reference <> '';
