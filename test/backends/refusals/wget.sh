#!/usr/bin/env bash
# Posts with wget. Arguments: the URL, then a file and its type, repeated.
set -euo pipefail
url=$1
shift
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
while [ $# -gt 0 ]; do
  # wget ends with 8 if the server refuses
  log=$(LC_ALL=C wget --tries=1 --server-response --content-on-error --output-document="$answer" \
    --header="Content-Type: $2" --post-file="$1" "$url" 2>&1) || [ $? = 8 ]
  status=$(sed -nE 's/^ *HTTP\/[0-9.]+ ([0-9]{3}).*/\1/p' <<<"$log" | tail -n 1)
  [ -n "$status" ] || { printf '%s\n' "$log" >&2; exit 1; }
  body=$(<"$answer")
  body=${body//\\/\\\\}
  body=${body//\"/\\\"}
  printf '{"status":%s,"body":"%s"}\n' "$status" "${body//$'\n'/\\n}"
  shift 2
done
