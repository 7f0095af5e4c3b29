#!/usr/bin/env bash
# Runs PostgreSQL in the foreground, on 127.0.0.1, until a signal ends it: SIGINT stops it at once, SIGKILL is a crash.
#   start-postgres.sh DIR PORT [NAME=VALUE ...]     settings of postgresql.conf may follow
# PORT 0 is any free one; the server logs which. DIR is created, and keeps the data for the next start. Users: postgres,
# without a password; tester, with the password "secret". Nothing is synced to the disk: a power cut loses the data, the end
# of the process does not. As root, the server runs as the user postgres, or nobody. It also ends with the process that
# started it. It is ready when it writes "ready to accept connections" to standard error. scripts/install-backends.sh
# installs it.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
directory=$1 port=$2
shift 2
is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while [ "$port" = 0 ]; do
  port=$((20000 + RANDOM % 12000)) # below the ports that the system chooses by itself
  is_free "$port" || port=0
done
binaries=$(find /usr/lib/postgresql/*/bin -maxdepth 0 2>/dev/null | sort -V | tail -1)
[ -n "$binaries" ] || binaries=$(dirname "$(command -v postgres)") || { echo 'PostgreSQL is not installed' >&2; exit 1; }

mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
drop=(setpriv --pdeathsig INT)
if [ "$(id -u)" = 0 ]; then
  user=postgres
  id -u postgres >/dev/null 2>&1 || user=nobody
  chown "$user" "$directory"
  drop=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups --pdeathsig INT)
fi
cd "$directory"
if [ ! -e data/ready ]; then
  rm -rf data
  "${drop[@]}" "$binaries/initdb" -D data -U postgres --auth-local=trust --auth-host=scram-sha-256 --no-sync -E UTF8 \
    --locale=C.UTF-8 --no-instructions >/dev/null
  "${drop[@]}" sh -c 'printf "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n" >data/pg_hba.conf'
  echo "CREATE ROLE tester LOGIN PASSWORD 'secret'" |
    "${drop[@]}" "$binaries/postgres" --single -D data postgres >/dev/null
  "${drop[@]}" touch data/ready
fi
if [[ " $* " == *' ssl=on '* && ! -e data/server.crt ]]; then # its own authority, for the host name localhost
  "${drop[@]}" openssl req -new -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 3650 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout data/server.key -out data/server.crt 2>/dev/null
fi
settings=()
for setting in listen_addresses=127.0.0.1 port="$port" unix_socket_directories= max_connections=200 shared_buffers=64MB \
  fsync=off full_page_writes=off synchronous_commit=off "$@"; do
  settings+=(-c "$setting")
done
exec "${drop[@]}" "$binaries/postgres" -D data "${settings[@]}"
