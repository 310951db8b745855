-- An event's way goes on in the trace of the call that made it.

ALTER TABLE outbox ADD COLUMN traceparent TEXT NULL; -- as W3C writes it; null where the call is not followed
