#!/usr/bin/env bash
# image-check.sh: builds the images cpu and timed with buildah, of base images that are made here; inside them, as their user, analyses
# a photo, examines itself, and asks the server of either whether it is ready. It takes all of it away again.
# Status 3: this machine cannot (no root, no apt, no buildah).
set -euo pipefail
cd "$(dirname "$0")/../.."
say() { echo "image-check: $1"; }
not_here() { say "$1" >&2; exit 3; }

[ "$(id -u)" = 0 ] || not_here 'needs root: buildah cannot change its root otherwise here'
missing=()
for name in buildah mmdebstrap; do command -v $name > /dev/null || missing+=("$name"); done
if [ ${#missing[@]} -gt 0 ]; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends "${missing[@]}"; } > /dev/null 2>&1 \
    || not_here "${missing[*]} cannot be installed"
fi

work=$(mktemp -d)
export BUILDAH="buildah --root $work/store --runroot $work/run" BUILDAH_ISOLATION=chroot H200_PULL_NEVER=1
container=
clean() {
  $BUILDAH rm --all > /dev/null 2>&1 || true
  umount "$work/store/overlay" 2> /dev/null || true
  rm -rf "$work"
}
trap clean EXIT

SECONDS=0
scripts/deploy/local-base-images.sh || not_here 'the base images cannot be made'
say "base images made in $SECONDS s"
SECONDS=0
scripts/deploy/build_and_push.sh --load --targets cpu,timed --image h200-mug-check --tag check > "$work/log" 2>&1 || { tail -40 "$work/log"; exit 1; }
say "images built in $SECONDS s: $($BUILDAH images --format '{{.Size}}' localhost/h200-mug-check:check), of which $($BUILDAH images --format '{{.Size}}' docker.io/library/debian:bookworm-slim) are Debian"

container=$($BUILDAH from --pull-never localhost/h200-mug-check:check)
inside() { $BUILDAH run --isolation chroot "$container" -- "$@"; }
[ "$(inside id -u)" = 10001 ] || { say 'it runs as somebody else than its user'; exit 1; }
SECONDS=0
inside node /app/bin/h200-mug.js analyze /app/examples/mug-too-close.jpg --json > "$work/analysis.json"
node -e '
  const { objects, model } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
  if (!objects.some((one) => one.class === "mug")) throw new Error("no mug was found in the photo");
  console.log(`image-check: analysed inside: ${objects.length} objects by ${model.name} on ${model.provider}`);
' "$work/analysis.json"
say "from the start of the container to the answer: $SECONDS s"
# By the name that documents use.
inside h200-mug doctor > "$work/examined" 2>&1 || { cat "$work/examined"; exit 1; }
say "examines itself inside: $(grep -c . "$work/examined") lines"

# ready SERVER…: begun in one shell of the container, which ends what it began.
ready() {
  inside env RUNPOD_POD_ID=check sh -c '
    "$@" serve --port 0 --login > /dev/null 2> /tmp/said &
    server=$!
    for _ in $(seq 240); do
      port=$(sed -n "s|.*listens on http://127.0.0.1:\([0-9]*\) .*|\1|p" /tmp/said)
      if [ -n "$port" ] && node /app/deploy/image/health.mjs 127.0.0.1 "$port" 2> /dev/null; then ready=yes; break; fi
      sleep 0.5
    done
    kill -TERM $server
    wait $server || true
    [ "${ready:-}" = yes ] || { cat /tmp/said; exit 1; }
  ' ready "$@"
}
ready h200-mug
say 'cpu: its health check says that the server is ready'
$BUILDAH rm "$container" > /dev/null
container=$($BUILDAH from --pull-never localhost/h200-mug-check:check-timed)
ready sh /app/deploy/image/timed.sh
say 'timed: its health check says that the server is ready'
