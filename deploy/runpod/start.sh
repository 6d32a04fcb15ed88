#!/usr/bin/env bash
# start.sh timed|serverless: installs, builds and starts the program from this clone, for a pod without an image of ours. Needs Node.js
# 22.18 or newer, npm and a way to npm's registry. What is built is used again at the next start. With H200_CUDA=12 or 13 the CUDA
# provider is fetched too; then CUDA and cuDNN must be in the image of the pod.
set -euo pipefail
cd "$(dirname "$0")/../.."
case ${1:-} in timed | serverless) ;; *) echo 'usage: start.sh timed|serverless' >&2; exit 2 ;; esac

if [ ! -e node_modules/.h200-built ]; then
  npm ci --no-audit --no-fund --loglevel=error
  npm run -s build
  [ "$1" = serverless ] || npm run -s dashboard:build
  [ -z "${H200_CUDA:-}" ] || sh deploy/image/fetch-cuda.sh "$H200_CUDA" "$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')"
  : > node_modules/.h200-built
fi
export PATH="$PWD/node_modules/node/bin:$PATH" NODE_ENV=production H200_DATA_DIR="${H200_DATA_DIR:-$HOME/h200-data}"
if [ "$1" = serverless ]; then exec node bin/h200-mug.js serverless; fi
export H200_EXTRA_PORTS="${H200_EXTRA_PORTS:-8001,8002}" H200_PROGRAM="$PWD/bin/h200-mug.js"
exec sh deploy/image/timed.sh serve --host 0.0.0.0 --port 8000 --login
