-- For psql. The superuser has no password any more: it comes in over the server's own socket or not at all.
DO $$ BEGIN EXECUTE format('ALTER ROLE %I PASSWORD NULL', current_user); END $$;

-- Roles without a database of their own get no access to these two either.
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
