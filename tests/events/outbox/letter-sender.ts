import { webhookTarget } from '../../../src/events/channels/webhook.ts';
import { StoredOutbox } from '../../../src/events/outbox/outbox.ts';
import { MongoStore } from '../../../src/storage/mongo/mongo-store.ts';
import { recordsOver } from '../../../src/storage/records/records-over.ts';
import { StoreThread } from '../../../src/storage/sqlite/thread/store-thread.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { LogLimit } from '../../../src/telemetry/log-limit.ts';
import { Metrics } from '../../../src/telemetry/metrics.ts';

/** Accepts events until it is killed, reports each one once it was acknowledged, and delivers meanwhile. */
const [where = '', url = '', round = ''] = process.argv.slice(2);
const records = recordsOver(where.startsWith('mongodb') ? new MongoStore(where) : new StoreThread(where));
const outbox = new StoredOutbox({
  registry: records.registry,
  targets: [
    webhookTarget({
      name: 'webhook',
      allowPrivate: true,
      url: () => url,
      signingSecret: () => undefined,
      authorization: () => undefined,
      batch: 1,
      now: () => new Date(),
    }),
  ],
  metrics: new Metrics(),
  log: createLog('silent', { stream: { write: () => undefined }, limit: new LogLimit(() => undefined) }),
  now: () => new Date(),
  lookMs: 50,
  limits: { backOffMs: () => 20 },
});
outbox.start();
for (let n = 0; ; n += 1) {
  const event_id = `evt_${round.padStart(3, '0')}_${String(n).padStart(6, '0')}`;
  const timestamp = new Date().toISOString();
  await outbox.accept({ event_id, event_type: 'test', timestamp, owner: 'ann', severity: 'info', data: { n } });
  await new Promise((resolve) => process.send?.(event_id, undefined, undefined, resolve));
}
