#!/bin/sh
# fetch-cuda.sh 12|13|"" ARCH: the CUDA provider of onnxruntime, by its own install script. Ends the build where it cannot be
# had or is made for another CUDA.
set -eu
[ -n "$1" ] || exit 0
say() { echo "CUDA: $1" >&2; exit 1; }
[ "$2" = amd64 ] || say "onnxruntime offers no CUDA provider for $2; build without CUDA, or for amd64"
folder=node_modules/onnxruntime-node
libraries=$folder/bin/napi-v6/linux/x64
ONNXRUNTIME_NODE_INSTALL=cuda12 node $folder/script/install.js \
  || say "the provider could not be fetched from api.nuget.org; build on a network that reaches it, or without CUDA"
cuda=$libraries/libonnxruntime_providers_cuda.so
[ -s "$cuda" ] || say "the install script of onnxruntime brought no libonnxruntime_providers_cuda.so"
wants=$(grep -ao 'libcudart\.so\.[0-9]*' "$cuda" | head -n 1 | grep -o '[0-9]*$') || say "$cuda does not say which CUDA it needs"
[ "$wants" = "$1" ] || say "the provider is made for CUDA $wants: give --build-arg CUDA=$wants and a RUNTIME_IMAGE with it"
