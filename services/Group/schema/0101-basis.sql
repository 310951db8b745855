-- The share basis of an announcement: the date of the share count that a dividend is per, or that counted shares are on.

ALTER TABLE announcement ADD COLUMN basis_on TEXT NOT NULL DEFAULT ''; -- 2012-09-30; empty where it was announced without one
