import type { OutgoingEvent, TargetName } from '../../../src/contract/notification.ts';
import { webhookTarget } from '../../../src/events/channels/webhook.ts';
import { StoredOutbox } from '../../../src/events/outbox/outbox.ts';
import { recordsOver } from '../../../src/storage/records/records-over.ts';
import type { Store } from '../../../src/storage/records/store.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { LogLimit } from '../../../src/telemetry/log-limit.ts';
import { Metrics } from '../../../src/telemetry/metrics.ts';
import { Receiver, until } from '../../support/receiver.ts';

export interface TargetReport {
  readonly target: TargetName;
  readonly came: number;
  readonly lost: number;
  readonly reordered: number;
  readonly repeated: number;
  /** From the first event that was accepted to the last delivery, ms. */
  readonly tookMs: number;
}

const NAMES: readonly TargetName[] = ['webhook', 'n8n', 'slack', 'discord', 'email'];

/** So many events through five targets, of which the first is gone unless `allLive`; how each of the living fared. */
export async function manyEvents(
  store: Store,
  count: number,
  { allLive = false, limitMs = 300_000 } = {},
): Promise<TargetReport[]> {
  const receivers = await Promise.all(NAMES.map(() => new Receiver().start()));
  const targets = NAMES.map((name, at) => ({
    ...webhookTarget({
      name: 'webhook',
      allowPrivate: true,
      url: () => (at === 0 && !allLive ? 'http://127.0.0.1:1/gone' : receivers[at]!.url),
      signingSecret: () => 'a secret of sixteen characters',
      authorization: () => undefined,
      batch: 1,
      now: () => new Date(),
    }),
    name,
  }));
  const metrics = new Metrics();
  const log = createLog('silent', { stream: { write: () => undefined }, limit: new LogLimit(() => undefined) });
  const { registry } = recordsOver(store);
  const limits = { backlog: 1_000_000 };
  const outbox = new StoredOutbox({ registry, targets, metrics, log, now: () => new Date(), limits });
  outbox.start();
  const started = performance.now();
  const live = receivers.slice(allLive ? 0 : 1);
  try {
    for (let n = 0; n < count; n += 50) {
      const some = Array.from({ length: Math.min(50, count - n) }, (_, at) => outbox.accept(event(n + at)));
      await Promise.all(some);
    }
    await until(() => live.every(({ calls }) => calls.length >= count), limitMs).catch(() => undefined);
    return live.map((receiver, at) => report(NAMES[at + (allLive ? 0 : 1)]!, receiver, count, started));
  } finally {
    await outbox.close();
    await Promise.all(receivers.map((one) => one.stop()));
    metrics.close();
  }
}

const event = (n: number): OutgoingEvent => ({
  event_id: `evt_${String(n).padStart(6, '0')}`,
  event_type: 'mug_detected',
  timestamp: new Date().toISOString(),
  owner: 'ann',
  severity: 'info',
  data: { n },
});

function report(target: TargetName, receiver: Receiver, count: number, started: number): TargetReport {
  const ids = receiver.events.map(({ event_id }) => event_id);
  const first = [...new Set(ids)];
  return {
    target,
    came: ids.length,
    lost: count - first.length,
    reordered: first.filter((id, at) => at > 0 && id < first[at - 1]!).length,
    repeated: ids.length - first.length,
    tookMs: Math.round((receiver.calls.at(-1)?.at ?? Number.NaN) - started),
  };
}
