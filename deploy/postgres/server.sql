-- For psql. The superuser has no password any more: it comes in over the server's own socket or not at all.
DO $$ BEGIN EXECUTE format('ALTER ROLE %I PASSWORD NULL', current_user); END $$;

-- Whoever is in no database has no business in these two either.
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
