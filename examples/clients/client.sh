#!/usr/bin/env bash
# Asks a Footfall worker three things: bash client.sh STORE...
set -euo pipefail

pipes=$(mktemp -d)
trap 'rm -r "$pipes"' EXIT
mkfifo "$pipes/requests" "$pipes/replies"
footfall serve "$@" < "$pipes/requests" > "$pipes/replies" &
worker=$!
exec 3> "$pipes/requests" 4< "$pipes/replies"

# Sends a bare request, as one line, and prints its result; where it failed, prints why and fails.
ask() {
  local reply
  { jq -c . <<< "$1" >&3 && read -r reply <&4; } || { echo "the worker has ended" >&2; return 2; }
  if jq -e 'has("error")' <<< "$reply" > /dev/null; then
    jq -r '.error | "error \(.code): \(.message)"' <<< "$reply"
    return 1
  fi
  jq -c '.result' <<< "$reply"
}

ask '{"method": "websites.list"}' | jq -r '.[] | "\(.name) has \(.events) events"'

ask '{"method": "reports.goals", "goals": [{"type": "url", "value": "/pricing", "goal": 30}],
      "dateRange": {"startDate": "2026-03-01", "endDate": "2026-03-31T23:59:59.999Z"}}' |
  jq -r '.[] | "\(.value) was seen \(.result) times, \(.goal) were wanted"'

ask '{"method": "reports.funel"}' || true

# At the end of its input the worker ends.
exec 3>&-
code=0
wait "$worker" || code=$?
echo "the worker ended with $code"
