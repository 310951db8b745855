-- The required measures that a revision does not state, each with the reason for which it was closed without it.

ALTER TABLE statement ADD COLUMN waivers TEXT NOT NULL DEFAULT ''; -- a JSON list of proto3 JSON by measure; empty without a waiver
