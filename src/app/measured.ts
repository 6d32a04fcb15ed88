import { demand, INTERNALS } from '../access/can.ts';
import type { Measured } from '../services.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** The metrics for those who may know them. */
export function createMeasured(metrics: Metrics): Measured {
  return {
    async snapshot({ principal }) {
      demand(principal, INTERNALS.metrics);
      return metrics.snapshot();
    },
    async exposition({ principal }) {
      demand(principal, INTERNALS.metrics);
      return { contentType: metrics.registry.contentType, text: await metrics.exposition() };
    },
  };
}
