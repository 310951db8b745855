-- For psql: the database NAME, its owner NAME_owner, who migrates it, and NAME_service, who serves. What NAME_service may do to
-- tables is granted by the migration (services/*/schema/grants.sql). Run again it changes nothing, or a password.
\getenv name NAME
\getenv owner_password OWNER_PASSWORD
\getenv service_password SERVICE_PASSWORD
SELECT :'name' || '_owner' AS owner, :'name' || '_service' AS service \gset

SELECT format('CREATE ROLE %I', role) FROM unnest(ARRAY[:'owner', :'service']) role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
ALTER ROLE :"owner" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';
ALTER ROLE :"service" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'service_password';

-- The database stays the superuser's: its owner role owns the tables, and cannot drop or rename what holds them.
SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING ''UTF8''', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO :"owner", :"service";

\connect :"name"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO :"owner";
GRANT USAGE ON SCHEMA public TO :"service";
