import type { Routing } from '../contract/routing.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { TrafficLog } from './traffic.ts';

type Counted = Pick<Metrics, 'backendRequests' | 'backendDuration' | 'backendWeight'>;

/** How the tries at backends came out: for the rollouts of all processes, and for Prometheus of this one. */
export class Measuring {
  private readonly metrics: Counted;
  private readonly traffic: Pick<TrafficLog, 'add'>;
  private readonly shown = new Set<string>();

  constructor(metrics: Counted, traffic: Pick<TrafficLog, 'add'>) {
    this.metrics = metrics;
    this.traffic = traffic;
  }

  answered(backend: string, ms: number): void {
    this.shown.add(backend);
    this.traffic.add(backend, ms);
    this.metrics.backendRequests.inc({ backend, status: 'success' });
    this.metrics.backendDuration.observe({ backend }, ms / 1000);
  }

  failed(backend: string): void {
    this.shown.add(backend);
    this.traffic.add(backend, null);
    this.metrics.backendRequests.inc({ backend, status: 'error' });
  }

  /** Servers come and go: labels of those that are not routed to any more are forgotten. */
  routed({ entries }: Routing): void {
    const { backendRequests, backendDuration, backendWeight } = this.metrics;
    const now = new Set(entries.map(({ id }) => id));
    for (const backend of this.shown) {
      if (now.has(backend)) continue;
      backendWeight.remove({ backend });
      backendDuration.remove({ backend });
      this.shown.delete(backend);
      for (const status of ['success', 'error']) backendRequests.remove({ backend, status });
    }
    for (const { id: backend, weight } of entries) {
      this.shown.add(backend);
      backendWeight.set({ backend }, weight);
    }
  }
}
