#!/usr/bin/env bash
# Packs what check.sh needs on a bare Linux x86-64 GPU machine without Node and network, into .gpu/ (never committed):
#   .gpu/base  Node, the built product with its production packages, Vulkan loaders, and the CUDA and TensorRT providers
#              when a Python wheel of onnxruntime-gpu is named: pack-check.sh WHEEL
#   .gpu/more  the models of H200_TEST_ASSETS
# Run it after "npm ci" in the repository's root; loaders: put their .deb files into .gpu/gl. Archives that are there are
# kept: remove .gpu/base and .gpu/more after a change.
set -euo pipefail
cd "$(dirname "$0")/../.."
wheel=${1:-}
assets=${H200_TEST_ASSETS:-../shared}
stage=.gpu/stage
ort=node_modules/onnxruntime-node
native=$ort/bin/napi-v6/linux/x64
rm -rf "$stage"
mkdir -p .gpu/base .gpu/more .gpu/gl

# archive NAME PATH...: packs those paths of the stage; the filter makes machine code smaller.
archive() {
  local name=.gpu/$1.tar.xz
  shift
  tar -C "$stage" --sort=name --owner=0 --group=0 -cf - "$@" | xz -T1 --x86 --lzma2=preset=9 >"$name.part"
  mv "$name.part" "$name"
}
missing() { rm -rf "$stage" && mkdir -p "$stage/node_modules/.check/models" && [ ! -e ".gpu/$1.tar.xz" ]; }

if missing base/1-node; then
  mkdir -p "$stage/node_modules/node/bin"
  strip -s -o "$stage/node_modules/node/bin/node" node_modules/node/bin/node
  python3 scripts/gpu/trim-node.py "$stage/node_modules/node/bin/node"
  archive base/1-node node_modules/node
fi
if missing base/2-ort; then
  mkdir -p "$stage/$native"
  cp -r $ort/package.json $ort/dist "$stage/$ort/"
  cp $native/libonnxruntime.so.1 $native/onnxruntime_binding.node "$stage/$native/"
  archive base/2-ort $ort
fi
if missing base/3-product; then
  [ -f dist/src/main.js ] || { echo 'dist/ is missing: run "npm run build"' >&2; exit 1; }
  cp -r dist "$stage/dist"
  # Production packages without types, maps, other platforms, and the clients of language models, Google, buckets and the
  # reference page, which are loaded on demand.
  npm ls --omit=dev --all --parseable 2>/dev/null | sed "s#^$PWD/##" | grep '^node_modules/' |
    grep -v -E 'onnxruntime-node$|/(@langchain|openai|langsmith|js-tiktoken|@aws-sdk|@smithy|@google-cloud|google-gax|@grpc|protobufjs|web-streams-polyfill|@scalar)(/|$)' |
    tar -cf - --exclude='*.map' --exclude='*.d.ts' --exclude='*.d.mts' --exclude='*.d.cts' --exclude='*.md' \
      --exclude='better-sqlite3/deps' --exclude='better-sqlite3/src' --exclude='zod/src' \
      --exclude='prebuilds/[dw]*' --exclude='prebuilds/*arm64*' --exclude='prebuilds/*musl*' \
      --exclude='*/test' --exclude='*/tests' --exclude='*/docs' --exclude='*/benchmarks' --exclude='*/ajv/lib' \
      --exclude='*/glib-2.0' --exclude='opentype.js/dist/*.min.*' --exclude='DejaVuS*[a-z].ttf' --exclude='DejaVuM*' --exclude='*-BoldO*.ttf' -T - | tar -C "$stage" -xf -
  cp node_modules/dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf "$stage/node_modules/dejavu-fonts-ttf/ttf/"
  mkdir "$stage/node_modules/.check/gl"
  cp .gpu/gl/*.deb "$stage/node_modules/.check/gl/" || echo 'no loaders in .gpu/gl' >&2
  archive base/3-product dist node_modules
fi
if missing more/4-models; then
  cp "$assets"/models/*.onnx "$stage/node_modules/.check/models/"
  archive more/4-models node_modules
fi
if [ -n "$wheel" ] && missing base/5-cuda; then
  mkdir -p "$stage/wheel" "$stage/$native"
  python3 -m zipfile -e "$wheel" "$stage/wheel"
  python3 scripts/gpu/trim-cuda.py "$stage/wheel/onnxruntime/capi" "$stage/$native"
  archive base/5-cuda $ort
fi
rm -rf "$stage"
du -bc .gpu/base/* .gpu/more/*
