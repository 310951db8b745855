#!/usr/bin/env bash
# Makes the databases and roles, or brings them to what these files say: roles.sh FOLDER, where a file named as a role holds its
# password. Runs at each start, as a superuser whom psql's own environment variables name (PGHOST, PGPORT, PGUSER).
set -euo pipefail
folder=${1:?the folder of the passwords} here=$(dirname "$(readlink -f "$0")")
export PGDATABASE=postgres PGOPTIONS="-c client_min_messages=warning"
run() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --file "$here/$1"; }

run server.sql
names=()
for owner in "$folder"/*_owner; do
  name=$(basename "$owner" _owner)
  NAME=$name OWNER_PASSWORD=$(cat "$owner") SERVICE_PASSWORD=$(cat "$folder/${name}_service") run database.sql
  names+=("$name")
done
echo "databases with two roles each: ${names[*]}"
