import { BackupMetrics } from '../../src/app/scheduled-backups/backup-metrics.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';

export interface Emitted {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Every metric that `/metrics` can have, in whatever configuration, in the order in which it is written. */
export async function allMetrics(): Promise<readonly Emitted[]> {
  const metrics = new Metrics();
  try {
    metrics.observeCertificate(() => 0);
    metrics.observeStore(() => ({ backend: 'embedded', state: 'connected' }) as never);
    metrics.observeBlobs(() => ({ backend: 'disk', state: 'connected' }) as never);
    metrics.observeOutbox(() => []);
    metrics.observeRates(() => 'connected');
    metrics.observeModel(() => true);
    metrics.observeQueue(() => ({ state: 'connected', workers: 1, waiting: 0 }));
    metrics.observeRoom({ writable: async () => true, folder: '.' });
    new BackupMetrics(metrics, 3_600_000);
    metrics.observeCache(
      () =>
        ({
          memory: { hits: 0, misses: 0, evictions: 0, promoted: 0, entries: 0, bytes: 0 },
          shared: { hits: 0, misses: 0, errors: {}, state: 'connected' },
        }) as never,
    );
    const text = await metrics.exposition();
    const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
    return metrics.registry.getMetricsAsArray().map((one) => {
      const { name, help, labelNames = [] } = one as unknown as { name: string; help: string; labelNames?: string[] };
      return { name, help, type: types.get(name) ?? 'unknown', labels: labelNames };
    });
  } finally {
    metrics.close();
  }
}

/** The series that a metric of that type has. */
export const seriesOf = ({ name, type }: Pick<Emitted, 'name' | 'type'>): readonly string[] =>
  type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
