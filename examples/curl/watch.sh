#!/usr/bin/env bash
# Follows a stream of server-sent events and resumes after a lost connection.
#   examples/curl/watch.sh http://127.0.0.1:PORT [QUERY]     QUERY: view=FY2012-9M (default), data_status=FY2012, period_events=
# A resume token stands in each "id:" line; sent as Last-Event-ID it continues the stream after that event.
set -euo pipefail

base=${1:?usage: watch.sh http://127.0.0.1:PORT [QUERY]}
query=${2:-view=FY2012-9M}
token=""

while true; do
    resume=()
    if [ -n "$token" ]; then resume=(-H "Last-Event-ID: $token"); fi
    event=""
    while IFS= read -r line; do
        case "$line" in
            "event: "*) event=${line#event: } ;;
            "id: "*) token=${line#id: } ;;
            "data: "*)
                if [ "$event" = reset ]; then token=""; fi # discard the state: a snapshot follows
                printf '%s %s\n' "$event" "${line#data: }"
                ;;
        esac
    done < <(curl -sS --no-buffer --fail-with-body "${resume[@]}" "$base/api/v1/watch?$query" || true)
    echo "the stream ended; trying again in 2 s" >&2
    sleep 2
done
