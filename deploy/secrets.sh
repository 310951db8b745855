#!/usr/bin/env bash
# Makes every password and signing key of the stack, once: secrets.sh FOLDER DEFINITIONS. A folder that is complete is left as it is.
# FOLDER gets a folder for each reader, closed to all others; a service's files are named as its settings. DEFINITIONS are the
# broker's, where @name@ stands for the password hash of that user. Set POSTGRES_AT or BUS_AT for servers at other addresses.
set -euo pipefail
folder=${1:?the folder of the secrets} definitions=${2:?the file of the broker\'s definitions} here=$(dirname "$(readlink -f "$0")")
keys=${KEYS:-$folder/keys}
postgres_at=${POSTGRES_AT:-Host=postgres;Port=5432} bus_at=${BUS_AT:-rabbitmq:5672}
# Each service with its port, by which its user ids are known: that of port 5101 serves as 10101 and migrates as 10201.
mapfile -t services < <(tail -n +2 "$here/sources.csv" | cut -d , -f 1,2 && echo reporting,5106)
readonly postgres_group=10301 rabbitmq_group=10302
umask 077

# The key that a source signs its events with, and reporting its records, in a folder of its own, and its public half for everybody; a key that is there stays. They are
# apart from the passwords: events that were signed with a key are verified for as long as they are stored.
keys() {
  local service at
  mkdir -p "$keys/public"
  chmod 755 "$keys" "$keys/public"
  for service in "${services[@]%,*}"; do
    at=$keys/$service/$service
    [ -f "$keys/public/$service.pub.pem" ] && continue
    mkdir -p "$keys/$service"
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$at.key.pem"
    openssl pkey -in "$at.key.pem" -pubout -out "$at.pub.pem"
    install -m 644 "$at.pub.pem" "$keys/public/$service.pub.pem"
  done
}

# Another key from now on: new-key SOURCE. The public half of the one before stays, under a name with the time.
new_key() {
  local service=$1 at=$keys/$1/$1 then
  [ -f "$at.key.pem" ] || { echo "\"$service\" is not a service with a key in $keys" >&2; exit 2; }
  then=$(date -u +%Y%m%dT%H%M%SZ)
  mv "$at.pub.pem" "$at.$then.pub.pem"
  mv "$keys/public/$service.pub.pem" "$keys/public/$service.$then.pub.pem"
  keys
  echo "$service signs with a new key when it is started again; events that the old one signed stay valid"
}

# Root gives each folder to its one reader; anybody else is the only reader anyway.
own() {
  [ "$(id -u)" -eq 0 ] || return 0
  local service name serving migrating
  for service in "${services[@]}"; do
    name=${service%,*} serving=$((${service#*,} + 5000)) migrating=$((${service#*,} + 5100))
    chown -R "$serving:$serving" "$folder/$name"
    chown -R "$migrating:$migrating" "$folder/$name-owner"
    [ ! -d "$keys/$name" ] || chown -R "$serving:$serving" "$keys/$name"
  done
  chgrp -R "$postgres_group" "$folder/postgres"
  chgrp -R "$rabbitmq_group" "$folder/rabbitmq"
}

if [ "${3:-}" = new-key ]; then
  new_key "${4:?the source}"
  own
  exit 0
fi
if [ -f "$folder/complete" ]; then
  keys # an earlier version made none
  own
  echo "the secrets of the first start are used"
  exit 0
fi
empty() { rm -rf "$@" && mkdir "$@"; } # an interrupted start may have left some
empty "$folder/postgres" "$folder/rabbitmq"

random() { head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
bytes() { printf "$(sed 's/../\\x&/g' <<<"$1")"; } # of hexadecimal digits

# base64(salt, SHA-256(salt, password)), as the broker stores it: it never learns the password itself.
rabbit_hash() {
  local salt digest
  salt=$(head -c 4 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
  digest=$({ bytes "$salt"; printf %s "$1"; } | sha256sum | cut -c 1-64)
  bytes "$salt$digest" | base64 -w 0
}

# A new password of a database role, in a file for the one who makes the roles; and the connection string that uses it.
connection() { # database, role
  random >"$folder/postgres/$2"
  printf '%s;Database=%s;Username=%s;Password=%s;Maximum Pool Size=15;GSS Encryption Mode=Disable' "$postgres_at" "$1" "$2" "$(cat "$folder/postgres/$2")"
}

random >"$folder/postgres/superuser"
cp "$definitions" "$folder/rabbitmq/definitions.json"
for service in "${services[@]%,*}"; do
  empty "$folder/$service" "$folder/$service-owner"
  connection "$service" "${service}_service" >"$folder/$service/Storage__ConnectionString"
  connection "$service" "${service}_owner" >"$folder/$service-owner/Storage__ConnectionString"
  password=$(random)
  printf 'amqp://%s:%s@%s/iij' "$service" "$password" "$bus_at" >"$folder/$service/Bus__Uri"
  sed -i "s|@$service@|$(rabbit_hash "$password")|" "$folder/rabbitmq/definitions.json"
done
keys
own
chmod -R g+rX "$folder/postgres" "$folder/rabbitmq"
chmod 711 "$folder"
touch "$folder/complete"
echo "new secrets were made"
