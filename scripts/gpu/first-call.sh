#!/usr/bin/env bash
# All that the first call on a lent GPU machine does, in about four minutes: how fast it trains, then the check.
#   scripts/gpu/first-call.sh OUT
# Everything goes into OUT/all.tgz, since only eight files come back; the ends of the logs are printed.
set -u
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
mkdir "$work/o"
nvidia-smi 2>&1 | head -15
part() { # NAME SECONDS COMMAND...
  local name=$1 most=$2
  shift 2
  timeout -k 5 "$most" "$@" >"$work/o/$name.log" 2>&1
  echo "$name: exit status $?, after $SECONDS s in all"
}
part smoke 80 scripts/gpu/train.sh .smoke "$work/o/train" 0.3 --sizes 256:0.5,384:1
part times 50 python3 training/time_steps.py --parcel .smoke --out "$work/o/times.json"
part check 130 scripts/gpu/check.sh "$work/o/check" 110 cuda webgpu
rm -f "$work"/o/train/*.pt
tar -C "$work" -czf "$out/all.tgz" o
tail -n 12 "$work/o/smoke.log"
tail -n 25 "$work/o/times.log"
tail -n 60 "$work/o/check.log" | cut -c1-220
rm -rf "$work"
