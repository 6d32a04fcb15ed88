import { CallbackOutbox, type CallbackOutboxParts } from '../../src/events/callbacks/callback-outbox.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';

/** Messages to addresses of callers, as the product sends them, at the pace of tests. */
export const testCallbacks = (parts: Pick<CallbackOutboxParts, 'registry' | 'post'> & Partial<CallbackOutboxParts>) =>
  new CallbackOutbox({
    metrics: new Metrics(),
    log: createLog('silent'),
    now: () => new Date(),
    oldestMs: 3_600_000,
    lookMs: 20,
    backOffMs: (failures) => Math.min(20 * 2 ** failures, 500),
    ...parts,
  });
