#!/usr/bin/env bash
# Starts a real S3 engine on 127.0.0.1 for tests: Ceph with one monitor, one OSD that keeps objects in memory, and one gateway.
#
#   scripts/services/start-s3.sh DIRECTORY       prints S3_… lines on standard output
#
# Run again, it starts what does not run any more, such as a gateway that was killed; objects are kept while the OSD runs.
# stop-s3.sh stops everything and removes the directory. scripts/install-backends.sh installs the programs.
#
# For a new directory: S3_EXTRA has more lines for the gateway's configuration, such as 'rgw_max_concurrent_requests = 2'.
set -euo pipefail
[ $# = 1 ] || { echo "usage: $0 DIRECTORY" >&2; exit 2; }
bucket=tintype-test
access_key=tintype
secret_key=tintypesecret
mkdir -p "$1"
directory=$(cd "$1" && pwd)
export CEPH_CONF="$directory/ceph.conf"

fail() {
  echo "start-s3: $*" >&2
  tail -n 5 "$directory"/log/*.out >&2 2>/dev/null || true
  exit 1
}
for program in ceph-mon ceph-osd radosgw radosgw-admin monmaptool ceph; do
  command -v $program >/dev/null || fail "$program is missing: run scripts/install-backends.sh"
done
is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
# A process that has ended and was not waited for is still listed, and a number can belong to another process by now.
is_running() {
  local pid
  pid=$(cat "$directory/run/$1.pid" 2>/dev/null) && [ -r "/proc/$pid/stat" ] &&
    [ "$(sed 's/.*) //' "/proc/$pid/stat" | cut -c1)" != Z ] &&
    { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF -- "$CEPH_CONF"
}
start() {
  local name=$1
  shift
  setsid nohup "$@" </dev/null >>"$directory/log/$name.out" 2>&1 9>&- &
  echo $! >"$directory/run/$name.pid"
}
# The gateway listens on the port, the monitor on the next one, the OSD on some of port + 10 to port + 39. One start at a time:
# free ports are found by looking.
exec 9>"${TMPDIR:-/tmp}/.tintype-s3-$(id -u).lock"
flock -w 300 9 || fail "another start takes too long"

if [ ! -f "$directory/settings" ]; then
  for port in $(seq 19000 100 30900); do
    is_taken "$port" || is_taken $((port + 1)) || is_taken $((port + 10)) || break
  done
  printf 'port=%s cluster=%s osd=%s extra=%q\n' "$port" "$(cat /proc/sys/kernel/random/uuid)" \
    "$(cat /proc/sys/kernel/random/uuid)" "${S3_EXTRA:-}" >"$directory/settings"
fi
. "$directory/settings"
if [ -e "$directory/ready" ]; then
  is_running mon && is_running osd || fail "its objects are lost: run stop-s3.sh, then start again"
fi
mkdir -p "$directory"/{mon,osd,run,log,rgw}
# auth "none" works with the first version of the messenger only. paxos_… and objecter_tick_interval: otherwise each pool and
# the first write wait for seconds. tcp_nodelay: otherwise a small answer takes 40 ms.
cat >"$CEPH_CONF" <<CONF
[global]
fsid = $cluster
mon_host = v1:127.0.0.1:$((port + 1))
ms_bind_msgr2 = false
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_port_min = $((port + 10))
ms_bind_port_max = $((port + 39))
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
run_dir = $directory/run
admin_socket = $directory/run/\$name.asok
log_file = $directory/log/\$name.log
mon_cluster_log_file = $directory/log/cluster.log
crash_dir = $directory/log
log_to_stderr = false
err_to_stderr = true
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
mon_max_pg_per_osd = 1000
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
[mon]
mon_data = $directory/mon
mon_data_avail_crit = 1
mon_data_avail_warn = 2
[osd]
osd_data = $directory/osd
osd_objectstore = memstore
osd_class_update_on_start = false
memstore_device_bytes = $((4 * 1024 * 1024 * 1024))
osd_op_num_shards = 2
[client]
objecter_tick_interval = 0.5
rgw_frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw_data = $directory/rgw
rgw_thread_pool_size = 32
rgw_run_sync_thread = false
rgw_enable_usage_log = false
rgw_dynamic_resharding = false
rgw_override_bucket_index_max_shards = 1
rgw_rados_pool_pg_num_min = 4
$extra
CONF

if [ ! -e "$directory/ready" ]; then
  monmaptool --create --clobber --fsid "$cluster" --addv a "[v1:127.0.0.1:$((port + 1))]" "$directory/monmap" >/dev/null
  ceph-mon --mkfs -i a --monmap "$directory/monmap" -c "$CEPH_CONF" 9>&-
  start mon ceph-mon -f -i a -c "$CEPH_CONF"
  ceph-osd -i 0 --mkfs --osd-uuid "$osd" -c "$CEPH_CONF" >"$directory/log/mkfs.out" 2>&1 9>&-
  # With auth "none" a client can send its first command before it knows the cluster, and is refused: the command, and an OSD
  # that is starting, are tried again.
  for attempt in 1 2 3 4 5 6; do
    timeout 30 ceph -c "$CEPH_CONF" osd new "$osd" >"$directory/log/osd-new.out" 2>&1 9>&- && break
    [ "$attempt" -lt 6 ] && is_running mon || fail "the monitor does not answer"
  done
  # A write before the OSD is up would wait for seconds.
  is_up=
  for attempt in 1 2 3 4 5 6 7 8; do
    is_running mon || fail "the monitor has ended"
    : >"$directory/log/osd.0.log"
    start osd ceph-osd -f -i 0 -c "$CEPH_CONF"
    for _ in $(seq 400); do
      grep -q 'booting -> active' "$directory/log/osd.0.log" && { is_up=1; break 2; }
      is_running osd || break
      sleep 0.05
    done
    ! is_running osd || kill -9 "$(cat "$directory/run/osd.pid")"
    sleep 0.2
  done
  [ -n "$is_up" ] || fail "the OSD does not start"
  # Debian's radosgw-admin crashes now and then, before the user exists or after that
  admin() { timeout 60 radosgw-admin -c "$CEPH_CONF" user "$@" --uid=tintype >>"$directory/log/user.out" 2>&1 9>&-; }
  has_user=
  for attempt in 1 2 3; do
    admin create --display-name=tintype --access-key=$access_key --secret-key=$secret_key || admin info || continue
    has_user=1
    break
  done
  [ -n "$has_user" ] || fail "the user was not created"
fi
is_running rgw || start rgw radosgw -f -n client.rgw -c "$CEPH_CONF"

# Creating the bucket again changes nothing, so this also waits for a gateway that was started again.
for _ in $(seq 600); do
  date=$(date -u +'%a, %d %b %Y %H:%M:%S GMT')
  signature=$(printf 'PUT\n\n\n%s\n/%s' "$date" $bucket | openssl dgst -sha1 -hmac $secret_key -binary | base64)
  status=$(curl -s -o "$directory/log/bucket.out" -w '%{http_code}' -X PUT -H "Date: $date" -H 'Content-Length: 0' \
    -H "Authorization: AWS $access_key:$signature" "http://127.0.0.1:$port/$bucket" || true)
  [ "$status" = 200 ] && break
  is_running rgw || fail "the gateway has ended"
  sleep 0.05
done
[ "$status" = 200 ] || fail "the bucket was not created (HTTP $status)"
: >"$directory/ready"
cat <<LINES
S3_ENDPOINT=http://127.0.0.1:$port
S3_BUCKET=$bucket
S3_ACCESS_KEY=$access_key
S3_SECRET_KEY=$secret_key
S3_GATEWAY_PID=$(cat "$directory/run/rgw.pid")
LINES
