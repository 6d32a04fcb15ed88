#!/bin/sh
# Writes Alertmanager's configuration to stdout, from the same variables as h200-mug's own messages:
#   ALERT_WEBHOOK_URL (else WEBHOOK_URL), SLACK_WEBHOOK_URL, DISCORD_WEBHOOK_URL,
#   EMAIL_TO, EMAIL_FROM, SMTP_HOST, SMTP_PORT, SMTP_USERNAME, SMTP_PASSWORD.
# What is unset gets nothing; with none set the alerts are seen in Alertmanager and Prometheus alone.
# alertmanager.yml is what it writes then. Alertmanager reads no variables itself, and its file must not hold secrets.
set -eu
umask 077

quoted() {
  printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g")"
}

# A second line would be configuration of its own.
for value in "${ALERT_WEBHOOK_URL:-}" "${WEBHOOK_URL:-}" "${SLACK_WEBHOOK_URL:-}" "${DISCORD_WEBHOOK_URL:-}" \
  "${EMAIL_TO:-}" "${EMAIL_FROM:-}" "${SMTP_HOST:-}" "${SMTP_PORT:-}" "${SMTP_USERNAME:-}" "${SMTP_PASSWORD:-}"; do
  case $value in
    *'
'*)
      echo "render.sh: a variable has more than one line" >&2
      exit 1
      ;;
  esac
done

webhook=${ALERT_WEBHOOK_URL:-${WEBHOOK_URL:-}}
slack=${SLACK_WEBHOOK_URL:-}
discord=${DISCORD_WEBHOOK_URL:-}
email=${EMAIL_TO:-}
[ -z "$email" ] || [ -n "${EMAIL_FROM:-}" ] || { echo "render.sh: EMAIL_TO is set, EMAIL_FROM is not" >&2; exit 1; }

to_email() {
  [ -n "$email" ] || return 0
  echo "    email_configs:"
  echo "      - to: $(quoted "$email")"
  echo "        from: $(quoted "$EMAIL_FROM")"
  echo "        smarthost: $(quoted "${SMTP_HOST:-smtp.gmail.com}:${SMTP_PORT:-587}")"
  [ -z "${SMTP_USERNAME:-}" ] || echo "        auth_username: $(quoted "$SMTP_USERNAME")"
  [ -z "${SMTP_PASSWORD:-}" ] || echo "        auth_password: $(quoted "$SMTP_PASSWORD")"
  echo "        require_tls: true"
  echo "        send_resolved: true"
}
to_slack() {
  [ -n "$slack" ] || return 0
  echo "    slack_configs:"
  echo "      - api_url: $(quoted "$slack")"
  echo "        send_resolved: true"
  echo "        title: '{{ .Status | toUpper }}: {{ .CommonLabels.alertname }}'"
  echo "        text: '{{ range .Alerts }}{{ .Annotations.summary }} ({{ .Annotations.runbook }}) {{ end }}'"
}
to_webhook() {
  [ -n "$webhook" ] || return 0
  echo "    webhook_configs:"
  echo "      - url: $(quoted "$webhook")"
  echo "        send_resolved: true"
}
to_discord() {
  [ -n "$discord" ] || return 0
  echo "    discord_configs:"
  echo "      - webhook_url: $(quoted "$discord")"
  echo "        send_resolved: true"
}

cat <<'END'
# Written by render.sh.
route:
  receiver: others
  group_by: [alertname, part]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
    - receiver: critical
      matchers: ['severity="critical"']
      group_wait: 10s
      repeat_interval: 1h
    - receiver: error
      matchers: ['severity="error"']
    # They hold others back, and say nothing themselves.
    - receiver: nobody
      matchers: ['severity="none"']

# What is critical says it all: warnings about the same thing wait.
inhibit_rules:
  - source_matchers: ['severity="critical"', 'part!="gpu"']
    target_matchers: ['severity=~"warning|info"']
    equal: [part]
  - source_matchers: ['severity="critical"', 'part="gpu"']
    target_matchers: ['severity=~"warning|info"']
    equal: [part, instance, gpu]
  # Without a server, or a model, there are no analyses.
  - source_matchers: ['alertname=~"ServiceDown|ModelLoadFailure"']
    target_matchers: ['severity=~"warning|info"', 'part=~"analyses|model|requests"']
  # A server that cannot be had says nothing of its Redis and its stores either.
  - source_matchers: ['alertname="ServiceDown"']
    target_matchers: ['part="stores"']
    equal: [instance]
  # What is usual at such an hour wakes nobody.
  - source_matchers: ['alertname="FewRequestsUsual"']
    target_matchers: ['alertname="LowThroughput"']
  - source_matchers: ['alertname="FewAnalysesUsual"']
    target_matchers: ['alertname="NoAnalysesProcessed"']

receivers:
END
echo "  - name: critical"
to_email; to_slack; to_webhook; to_discord
echo "  - name: error"
to_email; to_slack; to_webhook
echo "  - name: others"
to_webhook; to_discord
echo "  - name: nobody"
