#!/usr/bin/env bash
# Follows the README as a newcomer: clones the committed tree, installs, starts, uploads a photo, reads it back, stops.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
clone=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$clone"
}
trap finish EXIT

git clone -q "$repository" "$clone/tintype"
cd "$clone/tintype"
npm ci --silent
PATH="$PWD/node_modules/.bin:$PATH" node -e "
  const sharp = require('sharp')
  sharp({ create: { width: 800, height: 600, channels: 3, background: 'teal' } }).jpeg().toFile('$clone/photo.jpg')"
TINTYPE_PORT=0 npm start --silent >"$clone/log" 2>&1 &
server=$!
url=
for _ in $(seq 300); do
  url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$clone/log" | head -n 1)
  [ -z "$url" ] || break
  sleep 0.2
done
[ -n "$url" ] || { cat "$clone/log"; exit 1; }
answer=$(curl -sSf -F "file=@$clone/photo.jpg" "$url/photos")
media=$(printf '%s' "$answer" | sed 's/.*"url":"\(\/media\/[^"]*\.jpg\)".*/\1/')
curl -sSf "$url$media" | cmp - "$clone/photo.jpg"
curl -sSf "$url/" | grep -q '<title>'
kill -TERM "$server"
wait "$server"
server=
echo 'cloned, installed, started, uploaded, served, stopped'
