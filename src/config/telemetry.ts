import * as z from 'zod';
import { integer, list, serverAddress, variable } from './variable.ts';

export const TELEMETRY = {
  LOG_LEVEL: variable(
    'telemetry',
    z
      .string()
      .toLowerCase()
      .pipe(z.enum(['trace', 'debug', 'info', 'warn', 'warning', 'error', 'fatal', 'critical', 'silent']))
      .transform((v) => (v === 'warning' ? 'warn' : v === 'critical' ? 'fatal' : v))
      .default('info'),
    '`info`',
    'trace, debug, info, warn, error, fatal or silent. Logs go to stderr, 30 lines a minute of one kind at most for each client; the rest is counted.',
  ),
  H200_METRICS_PORT: variable(
    'telemetry',
    integer(1, 65_535).optional(),
    'unset',
    'A port on which `serve` and `worker` answer `GET /metrics` to Prometheus, and nothing else, without a token ([docs/monitoring.md](monitoring.md)).',
  ),
  H200_METRICS_HOST: variable(
    'telemetry',
    z
      .string()
      .regex(/^[A-Za-z0-9.:-]{1,253}$/, 'must be an address or the name of a host')
      .default('127.0.0.1'),
    '`127.0.0.1`',
    'Address of that port. Who reaches it may read how much is analysed and what it costs: let it be a network of yours.',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: variable(
    'telemetry',
    serverAddress.optional(),
    'unset: no traces',
    'Traces are sent to this collector, OTLP over HTTP with JSON: `/v1/traces` is added, as OpenTelemetry has it. Unset, nothing of it is loaded.',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: variable(
    'telemetry',
    list
      .pipe(z.array(z.string().regex(/^[\w-]+=[^\s,]*$/, 'must be name=value, separated by commas')).max(20))
      .optional(),
    'unset',
    'Headers for it, such as `authorization=Bearer%20…`: percent-encoded, separated by commas.',
    { secret: true },
  ),
  OTEL_SERVICE_NAME: variable(
    'telemetry',
    z.string().max(100).default('h200-mug'),
    '`h200-mug`',
    'What traces call this program.',
  ),
  OTEL_TRACES_SAMPLER_ARG: variable(
    'telemetry',
    z
      .string()
      .regex(/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/, 'must be a number from 0 to 1')
      .transform(Number)
      .default(1),
    '`1`',
    'Share of the traces begun here that are sent. Of a trace that somebody else began, whoever began it decides.',
  ),
} as const;
