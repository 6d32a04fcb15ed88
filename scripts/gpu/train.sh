#!/usr/bin/env bash
# Trains the desk detector on a machine with one GPU that no network reaches, in one run: sets out from the committed
# model, learns from the pictures of a parcel (training/pack_parcel.py, with yolox_nano.onnx beside its folders as the teacher, if
# it is to have one) and from scenes that the idle cores render meanwhile.
#
#   scripts/gpu/train.sh PARCEL OUT MINUTES [options of train.py]
#
# OUT gets weights.pt (every minute, and at the end), log.jsonl and machine.txt. Export, thresholds and cards are made elsewhere:
# training/README.md.
set -euo pipefail
parcel=$(realpath "$1") out=$2 minutes=$3
shift 3
cd "$(dirname "$0")/../.."
mkdir -p "$out"
out=$(realpath "$out")
work=$(mktemp -d)
cores=$(nproc)
teacher=()
[ ! -f "$parcel/yolox_nano.onnx" ] || teacher=(--teacher "$parcel/yolox_nano.onnx")
export PYTHONUNBUFFERED=1 ORT_DISABLE_TELEMETRY=1

mkdir "$work/scenes"
[ ! -d "$parcel/scenes" ] || cp "$parcel"/scenes/* "$work/scenes/"
renderers=$((cores > 6 ? cores - 5 : 1))
nice -n 10 setsid python3 training/render_scenes.py --out "$work/scenes" --count 40000 --seed "${SEED:-20000000}" \
  --procs "$renderers" --photos "$parcel/photos" >"$work/render.log" 2>&1 &
renderer=$!
trap 'kill -- -$renderer 2>/dev/null || true; rm -rf "$work"' EXIT

status=0
python3 training/train.py --photos "$parcel/photos" --scenes "$work/scenes" --checkpoints "$out" --minutes "$minutes" \
  --start-from models/desk-detector.onnx --workers $((cores > 6 ? 3 : 1)) --threads $((cores > 6 ? 4 : 1)) "${teacher[@]}" "$@" || status=$?
{
  nvidia-smi --query-gpu=name,driver_version,temperature.gpu,memory.used,utilization.gpu --format=csv 2>/dev/null || echo 'no nvidia-smi'
  python3 -c 'import torch; print("torch", torch.__version__, torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu")'
  echo "cores $cores, rendering processes $renderers"
  echo "scenes rendered meanwhile: $(find "$work/scenes" -name '*.jpg' | wc -l) in $SECONDS s"
  tail -n 3 "$work/render.log"
} >"$out/machine.txt"
cat "$out/machine.txt"
rm -f "$out/last.pt" "$out/pictures.jsonl"
exit "$status"
