import { AnalysisGate } from '../analysis/gate/gate.ts';
import type { Config } from '../config/config.ts';
import { PRIORITIES } from '../contract/priority.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Vision } from '../vision/vision.ts';

/** Where the analyses that this process computes wait for their turn. */
export function openGate(
  config: Pick<Config, 'H200_QUEUE_LIMIT' | 'H200_TIMEOUT_MS'>,
  vision: Pick<Vision, 'atOnce'>,
  metrics: Metrics,
): AnalysisGate {
  return new AnalysisGate({
    atOnce: () => vision.atOnce(),
    most: config.H200_QUEUE_LIMIT,
    limitMs: config.H200_TIMEOUT_MS,
    onChange(waiting, running) {
      for (const priority of PRIORITIES) metrics.waitHere(priority, waiting[priority]);
      metrics.running.set(running);
    },
  });
}
