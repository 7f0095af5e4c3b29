#!/usr/bin/env bash
# Installs what the tests in test/backends and test/faults need besides Node, unless it is there: nginx, HAProxy, Apache httpd,
# Chromium, Firefox, WebKitGTK and a screen for it, HTTP clients of other languages, strace, xfs_io, exiftool, promtool, and Ceph and
# PostgreSQL for the scripts in scripts/services; and FastAPI with uvicorn[standard], for the benchmark.
# For Debian and its derivatives.
set -euo pipefail
missing=()
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
command -v chromium >/dev/null || missing+=(chromium)
command -v firefox-esr >/dev/null || missing+=(firefox-esr)
command -v WebKitWebDriver >/dev/null || missing+=(webkit2gtk-driver)
command -v Xvfb >/dev/null || missing+=(xvfb)
command -v strace >/dev/null || missing+=(strace)
command -v xfs_io >/dev/null || [ -x /usr/sbin/xfs_io ] || missing+=(xfsprogs)
for program in ceph-mon ceph-osd radosgw; do
  command -v $program >/dev/null || missing+=($program)
done
command -v ceph >/dev/null || missing+=(ceph-common)
command -v postgres >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
command -v curl >/dev/null || missing+=(curl)
# Clients and proxies of test/backends/refusals.test.ts.
command -v wget >/dev/null || missing+=(wget)
command -v haproxy >/dev/null || [ -x /usr/sbin/haproxy ] || missing+=(haproxy)
command -v apache2 >/dev/null || [ -x /usr/sbin/apache2 ] || missing+=(apache2-bin)
command -v ruby >/dev/null || missing+=(ruby)
php -r 'exit(function_exists("curl_init") ? 0 : 1);' 2>/dev/null || missing+=(php-cli php-curl)
command -v javac >/dev/null || missing+=(default-jdk-headless)
[ -e /usr/share/java/okhttp.jar ] || missing+=(libokhttp-java)
/usr/bin/python3 -c 'import requests' 2>/dev/null || missing+=(python3-requests)
/usr/bin/python3 -c 'import httpx' 2>/dev/null || missing+=(python3-httpx)
command -v exiftool >/dev/null || missing+=(libimage-exiftool-perl)
command -v promtool >/dev/null || missing+=(prometheus)
command -v openssl >/dev/null || missing+=(openssl)
/usr/bin/python3 -c 'import fastapi, uvicorn, uvloop, httptools, multipart, PIL' 2>/dev/null ||
  missing+=(python3-fastapi python3-uvicorn python3-uvloop python3-httptools python3-multipart python3-pil)
[ ${#missing[@]} -eq 0 ] && exit 0
export DEBIAN_FRONTEND=noninteractive
# Debian would start the services of what it installs.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod 755 $policy
  trap 'rm -f $policy' EXIT
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
