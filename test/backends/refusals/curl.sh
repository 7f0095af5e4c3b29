#!/usr/bin/env bash
# Posts with curl. Arguments: `form` or `body`, curl's options up to `--`, the URL, then a file and its type, repeated.
# The file is also standard input, which the option `-T -` sends in chunks.
set -euo pipefail
kind=$1
shift
options=()
while [ "$1" != -- ]; do
  options+=("$1")
  shift
done
url=$2
shift 2
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
while [ $# -gt 0 ]; do
  case "$kind ${options[*]}" in
    form*) sent=(-F "file=@$1;type=$2") ;;
    *'-T -'*) sent=(-X POST -H "Content-Type: $2") ;;
    *) sent=(-X POST -H "Content-Type: $2" -T "$1") ;;
  esac
  status=$(curl -sS "${options[@]}" "${sent[@]}" -o "$answer" -w '%{http_code}' "$url" <"$1")
  body=$(<"$answer")
  body=${body//\\/\\\\}
  body=${body//\"/\\\"}
  printf '{"status":%s,"body":"%s"}\n' "$status" "${body//$'\n'/\\n}"
  shift 2
done
