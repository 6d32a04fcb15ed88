#!/usr/bin/env bash
# Makes the working tree small enough to travel beside .gpu/base and .smoke (64 MiB in all): the source goes as an archive of
# the parcel, and what first-call.sh does not need is taken away. Afterwards: git checkout -- . && rm .gpu/base/6-src.tar.xz
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -z "$(git status --porcelain)" ] || { echo 'commit first: this takes files away' >&2; exit 1; }
[ -d .gpu/base ] || { echo 'run scripts/gpu/prepare.sh first' >&2; exit 1; }
tar -cf - src | xz -9 >.gpu/base/6-src.tar.xz
keep=$(mktemp -d)
cp tests/fixtures/scenes/scene_{000,007,019,042,100}.jpg "$keep/"
rm -rf src tests attack bench docs eval dashboard/src
mkdir -p tests/fixtures/scenes
mv "$keep"/* tests/fixtures/scenes/
rmdir "$keep"
bytes=$({ git ls-files -z -co --exclude-standard | xargs -0 -I{} sh -c 'test -f "{}" && stat -c %s "{}"'
  find .gpu/base .smoke -type f -printf '%s\n'; } | awk '{s += $1} END {print s}')
echo "travels: $((bytes / 1048576)) MiB of 64"
