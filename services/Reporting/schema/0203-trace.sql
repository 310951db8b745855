-- Whatever an event changes goes on in its trace, at whichever replica.

ALTER TABLE received_event ADD COLUMN traceparent TEXT NULL; -- as W3C writes it; null where its way is not followed
