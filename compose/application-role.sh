#!/bin/sh
# The PostgreSQL container runs this once, in a new database: it makes the role that the service connects as. The role owns
# nothing, so that the database itself refuses rows of others; `placement migrate --grant-to` lets it use the tables.
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\getenv password APPLICATION_PASSWORD
CREATE ROLE placement_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'password';
SQL
