import type { Config } from '../config/config.ts';
import type { LiveSecrets } from '../secrets/live-secrets.ts';
import { createLog, type Log, tapped } from '../telemetry/log.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { logToStderr } from '../telemetry/stderr.ts';
import { createVision, type Vision } from '../vision/vision.ts';
import { inferenceServer } from './inference-server.ts';

/** What looks at photos, with where it tells of itself. */
export interface OpenedVision {
  readonly vision: Vision;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Whoever wants each line of the log too. */
  onLine(tap: (line: string) => void): void;
}

/**
 * What is ready last of a server, in a file that loads without the others: whoever serves may let the model load while those
 * are still read.
 */
export function openVision(config: Config, secrets: Pick<LiveSecrets, 'get'>): OpenedVision {
  let tap: (line: string) => void = () => {};
  const log = createLog(
    config.LOG_LEVEL,
    tapped(logToStderr(), (line) => tap(line)),
  );
  const metrics = new Metrics();
  const server = inferenceServer(config, () => secrets.get('H200_INFERENCE_TOKEN'));
  return {
    vision: createVision({ config, metrics, log, server }),
    log,
    metrics,
    onLine(wanted) {
      tap = wanted;
    },
  };
}
