#!/usr/bin/env bash
# Stops what start-s3.sh has started and removes its directory:  scripts/services/stop-s3.sh DIRECTORY
set -euo pipefail
[ $# = 1 ] || { echo "usage: $0 DIRECTORY" >&2; exit 2; }
[ -d "$1" ] || exit 0
directory=$(cd "$1" && pwd)
for name in rgw osd mon; do
  pid=$(cat "$directory/run/$name.pid" 2>/dev/null) || continue
  # Only if the number still belongs to this engine. Nothing of it is kept, so it is killed.
  if { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF -- "$directory/ceph.conf"; then
    kill -KILL "$pid" 2>/dev/null || true
    while { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF -- "$directory/ceph.conf"; do sleep 0.02; done
  fi
done
rm -rf "$directory"
