#!/bin/sh
# compile.sh FOLDER: lets the program start and work once as its user, so that FOLDER holds its code as compiled by this Node.js:
# starts take about two thirds of the time then. On another processor it is not used, and does no harm.
set -eu
out=$1
install -d -o 10001 -g 10001 "$out" /tmp/compile
cd /tmp/compile
as_user() { setpriv --reuid=10001 --regid=10001 --clear-groups env HOME=/tmp/compile XDG_CACHE_HOME="$out" NODE_ENV=production LOG_LEVEL=warn "$@"; }
program="node /app/bin/h200-mug.js"

as_user H200_DATA_DIR=/tmp/compile/data $program serverless --test-input '{"image":"none"}' > /dev/null 2>&1 || true
as_user H200_DATA_DIR=/tmp/compile/data $program analyze /app/examples/mug-too-close.jpg > /dev/null
as_user H200_DATA_DIR=/tmp/compile/data $program serve --port 8000 --login &
server=$!
for _ in $(seq 120); do
  if node /app/deploy/image/health.mjs 2> /dev/null; then ready=yes; break; fi
  sleep 0.5
done
kill -TERM $server
wait $server || true
rm -rf /tmp/compile
[ "${ready:-}" = yes ] || { echo "the program did not become ready within a minute" >&2; exit 1; }
chown -R 0:0 "$out"
