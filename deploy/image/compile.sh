#!/bin/sh
# compile.sh FOLDER: lets the program start and work once as its user, so that FOLDER holds its code as compiled by this Node.js:
# starts are shorter then. On another kind of processor it is not used, and does no harm.
set -eu
out=$1
work=$(mktemp -d)
chown 10001:10001 "$work"
install -d -o 10001 -g 10001 "$out"
cd "$work"
# In a subshell each time: what is killed must be the program itself.
program() {
  exec setpriv --reuid=10001 --regid=10001 --clear-groups env HOME="$work" XDG_CACHE_HOME="$out" NODE_ENV=production LOG_LEVEL=warn \
    H200_DATA_DIR="$work/data" node /app/bin/h200-mug.js "$@"
}

photo="data:image/jpeg;base64,$(base64 -w 0 /app/examples/mug-too-close.jpg)"
(program serverless --test-input "{\"image_url\": \"$photo\"}") > /dev/null
(program analyze /app/examples/mug-too-close.jpg) > /dev/null
(program serve --port 0 --login) 2> "$work/said" &
server=$!
for _ in $(seq 240); do
  port=$(sed -n 's|.*listens on http://127.0.0.1:\([0-9]*\) .*|\1|p' "$work/said")
  if [ -n "$port" ] && node /app/deploy/image/health.mjs 127.0.0.1 "$port" 2> /dev/null; then ready=yes; break; fi
  sleep 0.5
done
kill -TERM $server
wait $server || true
[ "${ready:-}" = yes ] || { cat "$work/said" >&2; echo "the program did not become ready in two minutes" >&2; exit 1; }
rm -rf "$work"
chown -R 0:0 "$out"
chmod -R a+rX "$out"
