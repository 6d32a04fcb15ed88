#!/bin/sh
# The entry point of the container: writes the configuration from the environment and starts Alertmanager.
set -eu
sh "$(dirname "$0")/render.sh" > /tmp/alertmanager.yml
exec /bin/alertmanager --config.file=/tmp/alertmanager.yml --storage.path=/alertmanager "$@"
