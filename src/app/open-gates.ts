import { AnalysisGate, type GateOptions } from '../analysis/gate/gate.ts';
import type { Config } from '../config/config.ts';
import { PRIORITIES } from '../contract/priority.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface Gates {
  readonly gate: AnalysisGate;
  readonly boxesGate: AnalysisGate;
}

/** Where the analyses that this process computes wait for their turn: images, and beside them boxes without one. */
export function openGates(
  config: Pick<Config, 'H200_QUEUE_LIMIT' | 'H200_TIMEOUT_MS'>,
  atOnce: { readonly images: () => number; readonly boxes: () => number },
  metrics: Metrics,
): Gates {
  type Change = Parameters<NonNullable<GateOptions['onChange']>>;
  const now = new Map<keyof typeof atOnce, Change>();
  const open = (name: keyof typeof atOnce) =>
    new AnalysisGate({
      atOnce: atOnce[name],
      most: config.H200_QUEUE_LIMIT,
      limitMs: config.H200_TIMEOUT_MS,
      onChange(...change) {
        now.set(name, change);
        const all = [...now.values()];
        for (const priority of PRIORITIES)
          metrics.waitHere(
            priority,
            all.reduce((sum, [waiting]) => sum + waiting[priority], 0),
          );
        metrics.running.set(all.reduce((sum, [, running]) => sum + running, 0));
      },
    });
  return { gate: open('images'), boxesGate: open('boxes') };
}
