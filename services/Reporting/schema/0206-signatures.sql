-- The word of the source for an event: every later reading can verify it, for as long as the source's public key is kept.

ALTER TABLE received_event ADD COLUMN key_id TEXT NOT NULL DEFAULT '';    -- of the source's key; empty: received before sources signed
ALTER TABLE received_event ADD COLUMN signature TEXT NOT NULL DEFAULT ''; -- ECDSA P-256 in base64
