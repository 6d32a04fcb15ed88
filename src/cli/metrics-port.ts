import type { Config } from '../config/config.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { tellLine } from './terminal.ts';

/** The port of H200_METRICS_PORT; nothing where it is unset. Returns what closes it. Throws ListenError. */
export async function openMetrics(
  { H200_METRICS_HOST: host, H200_METRICS_PORT: port }: Pick<Config, 'H200_METRICS_HOST' | 'H200_METRICS_PORT'>,
  metrics: Metrics,
): Promise<() => Promise<void>> {
  if (port === undefined) return async () => {};
  const { openMetricsPort } = await import('../gateway/http/metrics-port.ts');
  const opened = await openMetricsPort(metrics, host, port);
  tellLine(`h200-mug: metrics for Prometheus on ${host}, port ${opened.port}`);
  return opened.close;
}
