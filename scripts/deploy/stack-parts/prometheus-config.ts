import { parse, stringify } from 'yaml';

interface Job {
  readonly job_name: string;
  readonly static_configs?: { targets: string[] }[];
  readonly dns_sd_configs?: unknown;
}

interface Addresses {
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly metrics: string;
  /** Ports of the workers' metrics. */
  readonly workers: readonly string[];
}

/** prometheus.yml of the compose files for processes of this machine; jobs whose names only Docker knows are left out. */
export function localPrometheus(text: string, { prometheus, alertmanager, metrics, workers }: Addresses): string {
  const config = parse(text) as { alerting: unknown; scrape_configs: Job[] };
  const at = (port: string) => `127.0.0.1:${port}`;
  const targets: Readonly<Record<string, string[]>> = {
    h200: [at(metrics)],
    'h200-worker': workers.map(at),
    prometheus: [at(prometheus)],
    alertmanager: [at(alertmanager)],
  };
  return stringify({
    ...config,
    alerting: { alertmanagers: [{ static_configs: [{ targets: [at(alertmanager)] }] }] },
    scrape_configs: config.scrape_configs.flatMap(({ dns_sd_configs: _, ...job }) => {
      const own = targets[job.job_name] ?? [];
      return own.length === 0 ? [] : [{ ...job, static_configs: [{ targets: own }] }];
    }),
  });
}
