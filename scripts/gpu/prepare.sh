#!/usr/bin/env bash
# Packs all that docs/gpu.md's runs need on a machine with a GPU and no network, on one with a network and none:
#   .gpu/    for check.sh (pack-check.sh says what is in it)
#   .train/  for train.sh: the photos of H200_TEST_ASSETS and the teacher
#   .smoke/  for train.sh and training/time_steps.py: a few photos, to see whether and how fast it runs
# About five minutes, 120 MB. None of it is committed; what is there is kept.
set -euo pipefail
cd "$(dirname "$0")/../.."
assets=${H200_TEST_ASSETS:-../shared}
for folder in .gpu .train .smoke; do
  grep -qxF "/$folder/" .git/info/exclude || echo "/$folder/" >>.git/info/exclude
done
mkdir -p .gpu/gl

[ -d node_modules ] || npm ci
[ -f dist/src/main.js ] || npm run build
runtime=$(node -p 'require("./package.json").optionalDependencies["onnxruntime-node"]')
python=.gpu/venv/bin/python
[ -x $python ] || { python3 -m venv .gpu/venv && $python -m pip install -q pillow numpy; }

if [ ! -e .gpu/base/5-cuda.tar.xz ]; then
  platforms=()
  for glibc in 2_17 2_24 2_27 2_28 2_31 2_34; do platforms+=(--platform "manylinux_${glibc}_x86_64"); done
  $python -m pip download -q --no-deps --only-binary=:all: --python-version 3.12 --implementation cp "${platforms[@]}" \
    -d .gpu/wheel "onnxruntime-gpu==$runtime" || echo 'no CUDA provider: the check will do without' >&2
fi
if [ -z "$(ls .gpu/gl)" ]; then
  lists=$(mktemp -d)
  mkdir -p "$lists/partial"
  apt=(-oAPT::Architecture=amd64 -oAPT::Architectures=amd64 "-oDir::State::Lists=$lists")
  apt-get -qq "${apt[@]}" update
  (cd .gpu/gl && apt-get -qq "${apt[@]}" download libvulkan1 libegl1 libglvnd0 libopengl0 libgl1 libglx0 libgles2)
  rm -rf "$lists"
fi
H200_TEST_ASSETS=$assets scripts/gpu/pack-check.sh $(ls .gpu/wheel/onnxruntime_gpu-*.whl 2>/dev/null || true)

pack() { $python training/pack_parcel.py --photos "$assets/training" "$@"; }
[ -f .train/photos/labels.json ] || pack --out .train
[ -f .smoke/photos/labels.json ] || pack --out .smoke --count 60
for folder in .train .smoke; do cp -f "$assets/models/yolox_nano.onnx" $folder/; done
du -sh .gpu/base .gpu/more .train .smoke
