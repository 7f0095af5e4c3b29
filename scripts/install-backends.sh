#!/usr/bin/env bash
# Installs, where missing, what the tests in test/backends and test/faults need beside Node: nginx, Chromium, strace and xfs_io.
# Debian and its kin.
set -euo pipefail
missing=()
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
command -v chromium >/dev/null || missing+=(chromium)
command -v strace >/dev/null || missing+=(strace)
command -v xfs_io >/dev/null || [ -x /usr/sbin/xfs_io ] || missing+=(xfsprogs)
[ ${#missing[@]} -eq 0 ] && exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
