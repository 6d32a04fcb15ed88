#!/bin/sh
# The program on a machine that is paid by the hour. A pod of RunPod is reached under names made from its id, which nobody knows
# before it is made: the program answers to those too.
set -eu
if [ -n "${RUNPOD_POD_ID:-}" ]; then
  for port in 8000 8001 8002; do
    H200_ALLOWED_HOSTS="${H200_ALLOWED_HOSTS:+$H200_ALLOWED_HOSTS,}$RUNPOD_POD_ID-$port.proxy.runpod.net"
  done
  export H200_ALLOWED_HOSTS H200_PUBLIC_URL="${H200_PUBLIC_URL:-https://$RUNPOD_POD_ID-8000.proxy.runpod.net}"
fi
exec node "${H200_PROGRAM:-/app/bin/h200-mug.js}" "$@"
