#!/usr/bin/env bash
# The checks of docs/gpu.md on a GPU machine, in one go: check.sh RESULTS_FOLDER [SECONDS] [PROVIDER...]
# Run in the repository's root. Where nothing was installed by npm, the archives of pack-check.sh in .gpu/ are unpacked
# first; a second call on the same machine needs only .gpu/more, the models. Every step has its own time limit and writes
# when it is done, so what is cut loses nothing before it.
set -u
out=$(mkdir -p "$1" && cd "$1" && pwd)
limit=${2:-140}
shift $(($# < 2 ? $# : 2))
providers=("$@")
[ ${#providers[@]} -gt 0 ] || providers=(cuda webgpu)
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root" || exit 1
begin=$(date +%s)
results=$out/results.jsonl

export ORT_DISABLE_TELEMETRY=1 CI=1 NO_COLOR=1 LOG_LEVEL=error
export H200_DATA_DIR=${TMPDIR:-/tmp}/h200-check-data H200_TEST_ASSETS=/nowhere
mkdir -p "$H200_DATA_DIR"

# step NAME SECONDS COMMAND...: what it prints goes to log.txt, how it ended to steps.jsonl.
step() {
  local name=$1 most=$2 start left code
  shift 2
  start=$(date +%s.%N)
  left=$((limit - $(date +%s) + begin))
  [ "$left" -lt "$most" ] && most=$left
  printf '\n==== %s (at most %s s)\n' "$name" "$most" >>"$out/log.txt"
  if [ "$most" -lt 2 ]; then code=no_time; else
    timeout -k 3 "$most" "$@" >>"$out/log.txt" 2>&1
    code=$?
  fi
  printf '{"step":"%s","code":"%s","start":%s,"end":%s}\n' "$name" "$code" "$start" "$(date +%s.%N)" |
    tee -a "$out/steps.jsonl"
}

shopt -s nullglob
archives=(.gpu/more/*.tar.xz)
[ -e node_modules/node/bin/node ] || archives+=(.gpu/base/*.tar.xz)
if [ ${#archives[@]} -gt 0 ] && [ ! -e node_modules/.package-lock.json ]; then
  step unpack 60 python3 scripts/gpu/unpack.py "${archives[@]}"
fi
export PATH=$root/node_modules/node/bin:$PATH
model=desk-detector
models=(node_modules/.check/models/*.onnx)
if [ ${#models[@]} -gt 0 ]; then
  export H200_MODELS_DIR=$root/node_modules/.check/models
  model=deimv2-femto
fi

# Vulkan: the loader from the parcel where the machine has none, the driver's description where NVIDIA keeps it.
loaders=(node_modules/.check/gl/*.deb)
if ! ldconfig -p | grep -q libvulkan && [ ${#loaders[@]} -gt 0 ]; then
  for f in "${loaders[@]}"; do dpkg -x "$f" /; done
  ldconfig
fi
driver=/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json
known=(/usr/share/vulkan/icd.d/nvidia*.json /etc/vulkan/icd.d/nvidia*.json)
if [ -f $driver ] && [ ${#known[@]} -eq 0 ] && [ -z "${VK_DRIVER_FILES:-}" ]; then
  export VK_DRIVER_FILES=$driver __EGL_VENDOR_LIBRARY_FILENAMES=/usr/local/nvidia/share/glvnd/egl_vendor.d/10_nvidia.json
fi
# CUDA: the libraries that came with Python's packages, also under the names without a version that are opened at run time.
links=$H200_DATA_DIR/lib
mkdir -p "$links"
cuda=$(python3 - "$links" <<'PYTHON'
import glob, os, re, sys, sysconfig
folders = sorted(glob.glob(sysconfig.get_paths()["purelib"] + "/nvidia/*/lib"))
for file in (f for folder in folders for f in glob.glob(folder + "/lib*.so.*")):
    link = os.path.join(sys.argv[1], re.sub(r"\.so\..*", ".so", os.path.basename(file)))
    if not os.path.lexists(link):
        os.symlink(file, link)
print(":".join(folders))
PYTHON
)
[ -n "$cuda" ] && export LD_LIBRARY_PATH=$cuda:$links${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

facts() {
  nvidia-smi
  uname -a
  node --version
  nproc
  echo "VK_DRIVER_FILES=${VK_DRIVER_FILES:-} LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}"
  ldconfig -p | grep -E 'vulkan|libcuda|libnvinfer|libcudnn|libcublas'
  ls -l /dev/nvidia* /dev/dri "$driver" "${known[@]}"
  ls -l node_modules/onnxruntime-node/bin/napi-v6/linux/x64
  for f in node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_*.so; do
    echo "$f" && ldd "$f" | grep -E 'not found|cublas|cudnn|cudart|nvinfer'
  done
}
export -f facts
export driver
step facts 15 bash -c facts
if command -v nvidia-smi >/dev/null; then
  nvidia-smi --query-gpu=timestamp,name,utilization.gpu,utilization.memory,memory.used,temperature.gpu,power.draw,clocks.sm \
    --format=csv -lms 500 >"$out/nvidia-smi.csv" 2>&1 &
  sampler=$!
fi

# One WebGPU worker and one model: two WebGPU sessions that run at once end the process (onnxruntime issue 32561).
on() { # PROVIDER COMMAND...
  local workers=${H200_WORKERS:-}
  [ "$1" = webgpu ] && workers=1
  H200_PROVIDER=$1 H200_WORKERS=$workers "${@:2}"
}
doctor() {
  echo "== H200_PROVIDER=$H200_PROVIDER H200_MODEL=${H200_MODEL:-}"
  node bin/h200-mug.js doctor 2>&1
  echo "exit status $?"
}
export -f doctor
mug() { on "$1" step "doctor-$1" 20 bash -c "doctor | tee -a '$out/doctor.txt'"; }
speed() { on "$2" step "$1-$2" "$3" node scripts/gpu/speed.ts "$1" "$2" "$model" "$results"; }

for p in "${providers[@]}"; do H200_MODEL=$model mug "$p"; done
step compare-cpu 40 node scripts/gpu/compare.ts cpu "$out/baseline.json" "$results"
for p in "${providers[@]}"; do
  on "$p" step "compare-$p" 35 node scripts/gpu/compare.ts "$p" "$out/baseline.json" "$results"
done
H200_MODEL=$model mug auto
for p in "${providers[@]}"; do
  speed bare "$p" 20
  speed ours "$p" 30
done
for p in "${providers[@]}"; do H200_MODEL=$model on "$p" step "served-$p" 20 node scripts/gpu/served.ts "$p" "$results"; done
H200_MODEL=$model step served-cpu 15 node scripts/gpu/served.ts cpu "$results"
H200_MODEL=$model mug tensorrt
# Which Vulkan driver was loaded: the runtime itself does not name the adapter.
step adapter 10 bash -c "VK_LOADER_DEBUG=info,driver node scripts/gpu/adapter.ts 2>&1 |
  grep -iE 'bundled|libGLX|icd|driver|GPU|Context is created|power pref|backend type|not found' | head -60"
speed bare cpu 15
for p in "${providers[@]}"; do [ "$p" = webgpu ] || speed threads "$p" 15; done
# What a user gets who sets nothing but the provider: last, because it may end in a crash.
for p in "${providers[@]}"; do
  H200_PROVIDER=$p step "default-$p" 15 bash -c "echo two workers and the best models; doctor | tee -a '$out/doctor.txt'"
  CHECK_BATCHES=8 step "default-speed-$p" 12 node scripts/gpu/speed.ts ours "$p" "$model" "$results"
done
[ -n "${sampler:-}" ] && kill "$sampler"
timeout 10 node scripts/gpu/summary.ts "$out" && cat "$out/summary.txt"
