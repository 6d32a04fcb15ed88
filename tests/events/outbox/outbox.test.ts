import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutgoingEvent } from '../../../src/contract/notification.ts';
import { webhookTarget } from '../../../src/events/channels/webhook.ts';
import { noticeTarget } from '../../../src/events/notices/notice-target.ts';
import { StoredOutbox } from '../../../src/events/outbox/outbox.ts';
import { DeliveryError, type Target } from '../../../src/events/outbox/target.ts';
import type { QueueLimits } from '../../../src/events/outbox/target-queue.ts';
import type { Records } from '../../../src/ports/records.ts';
import { recordsOver } from '../../../src/storage/records/records-over.ts';
import { StoreThread } from '../../../src/storage/sqlite/thread/store-thread.ts';
import { createLog, type Log } from '../../../src/telemetry/log.ts';
import { LogLimit } from '../../../src/telemetry/log-limit.ts';
import { Metrics } from '../../../src/telemetry/metrics.ts';
import { Receiver, until } from '../../support/receiver.ts';

const SECRET = 'a secret of sixteen characters';
let receiver: Receiver;
let records: Records;
let metrics: Metrics;
let lines: string[];
let log: Log;
const opened: StoredOutbox[] = [];

beforeEach(async () => {
  receiver = await new Receiver().start();
  records = recordsOver(new StoreThread(':memory:'));
  metrics = new Metrics();
  lines = [];
  log = createLog('trace', { stream: { write: (line) => void lines.push(line) }, limit: new LogLimit(() => {}) });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await receiver.stop();
  await records.close();
  metrics.close();
});

const target = (more: Partial<Parameters<typeof webhookTarget>[0]> = {}): Target =>
  webhookTarget({
    name: 'webhook',
    allowPrivate: true,
    url: () => receiver.url,
    signingSecret: () => SECRET,
    authorization: () => 'Bearer of-the-receiver',
    batch: 1,
    now: () => new Date(),
    ...more,
  });

function open(targets: Target[], limits: Partial<QueueLimits> = {}, begin = true, own?: Metrics): StoredOutbox {
  const outbox = new StoredOutbox({
    registry: records.registry,
    targets,
    metrics: own ?? metrics,
    log,
    now: () => new Date(),
    lookMs: 50,
    limits: { backOffMs: () => 30, ...limits },
  });
  opened.push(outbox);
  if (begin) outbox.start();
  return outbox;
}

const event = (n: number, more: Partial<OutgoingEvent> = {}): OutgoingEvent => ({
  event_id: `evt_${n}`,
  event_type: 'mug_detected',
  timestamp: '2026-01-01T00:00:00.000Z',
  owner: 'ann',
  severity: 'info',
  data: { n },
  ...more,
});
const sent = () => receiver.events.map(({ event_id }) => event_id);
const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `evt_${from + at}`);
const isEmpty = async () => (await records.registry.countUnder('outgoing', 'webhook')) === 0;

const gone = () => target({ name: 'n8n', url: () => 'http://127.0.0.1:1/hook' });

describe('the outbox', () => {
  it('delivers in order, signed, with the id in header and body', async () => {
    const outbox = open([target()]);
    await Promise.all([1, 2, 3, 4, 5].map((n) => outbox.accept(event(n))));
    await until(() => receiver.calls.length === 5);
    expect(sent()).toEqual(names(1, 5));
    const { headers, body } = receiver.calls[0]!;
    expect(headers).toMatchObject({
      'idempotency-key': 'evt_1',
      'x-h200-event-id': 'evt_1',
      'x-h200-event-type': 'mug_detected',
      authorization: 'Bearer of-the-receiver',
    });
    const signed = createHmac('sha256', SECRET).update(`${headers['x-h200-timestamp']}.${body}`).digest('hex');
    expect(headers['x-h200-signature']).toBe(`sha256=${signed}`);
    expect(JSON.parse(body)).toEqual({
      event_id: 'evt_1',
      event_type: 'mug_detected',
      timestamp: '2026-01-01T00:00:00.000Z',
      source: 'h200-mug-positioning',
      version: '1.0',
      priority: 'low',
      severity: 'info',
      owner: 'ann',
      data: { n: 1 },
    });
    await until(isEmpty);
  });

  it('is durable before it is acknowledged: another process delivers what this one accepted', async () => {
    const first = open([target()], {}, false);
    await first.accept(event(1));
    expect(receiver.calls).toEqual([]);
    const other = new Metrics();
    open([target()], {}, true, other);
    await until(() => receiver.calls.length === 1);
    other.close();
  });

  it('sends in batches where it may, at most so many at once', async () => {
    const outbox = open([target({ batch: 4 })], {}, false);
    await Promise.all(names(1, 10).map((_, at) => outbox.accept(event(at + 1))));
    outbox.start();
    await until(isEmpty);
    const bodies = receiver.calls.map(({ body }) => JSON.parse(body));
    expect(bodies.map(({ events }) => events.length)).toEqual([4, 4, 2]);
    expect(bodies[0]).toMatchObject({ batch: true, batch_id: receiver.calls[0]?.headers['idempotency-key'] });
    expect(sent()).toEqual(names(1, 10));
  });

  it.each([
    ['500', { status: 500 }],
    ['429', { status: 429, headers: { 'retry-after': '0' } }],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['a connection that breaks', 'reset' as const],
    ['401', { status: 401 }],
  ])('tries again after %s, and nothing overtakes', async (_name, reply) => {
    receiver.behaviour = (_call, count) => (count <= 2 ? reply : undefined);
    const outbox = open([target()]);
    await Promise.all([1, 2, 3].map((n) => outbox.accept(event(n))));
    await until(isEmpty);
    expect(sent()).toEqual(['evt_1', 'evt_1', 'evt_1', 'evt_2', 'evt_3']);
    expect(await metrics.exposition()).toContain('h200_webhook_failures_total{target="webhook"} 2');
  });

  it('gives up a try that hangs, and waits as long as the receiver asks', async () => {
    receiver.behaviour = (_call, count) =>
      count === 1 ? 'hang' : count === 2 ? { status: 503, headers: { 'retry-after': '1' } } : undefined;
    const asked: (number | null)[] = [];
    const outbox = open([target()], {
      sendMs: 100,
      backOffMs: (_failures, ms) => {
        asked.push(ms);
        return ms ?? 1;
      },
    });
    await outbox.accept(event(1));
    await until(isEmpty);
    expect(asked).toEqual([null, 1000]);
    const [, second, third] = receiver.calls;
    expect(third!.at - second!.at).toBeGreaterThanOrEqual(990);
  });

  it('goes on where a receiver restarts', async () => {
    const outbox = open([target()]);
    await outbox.accept(event(1));
    await until(() => receiver.calls.length === 1);
    await receiver.stop();
    await outbox.accept(event(2));
    await until(async () => (await outbox.status())[0]?.state === 'retrying');
    await receiver.start();
    await until(isEmpty);
    expect(sent()).toEqual(['evt_1', 'evt_2']);
  });

  it('what a receiver refuses becomes a dead letter, is listed, and can be sent again', async () => {
    receiver.behaviour = ({ body }) => (body.includes('evt_2') ? { status: 422 } : undefined);
    const outbox = open([target({ batch: 3 })], {}, false);
    await Promise.all([1, 2, 3].map((n) => outbox.accept(event(n))));
    outbox.start();
    await until(isEmpty);
    const { items } = await outbox.deadLetters({ limit: 10 });
    expect(items).toMatchObject([{ target: 'webhook', reason: 'answered 422', event: event(2) }]);
    expect(await metrics.exposition()).toContain('h200_outbox_dead_letters_total{target="webhook",reason="refused"} 1');
    receiver.behaviour = () => undefined;
    receiver.calls.length = 0;
    expect(await outbox.replay(items[0]!.id)).toBe(true);
    await until(() => sent().includes('evt_2'));
    expect((await outbox.deadLetters({ limit: 10 })).items).toEqual([]);
    expect(await outbox.replay(items[0]!.id)).toBe(false);
  });

  it('a command beside a server that has delivered nothing yet leaves the letter to it', async () => {
    const elsewhere = await new Receiver().start();
    try {
      open([target()]);
      await until(async () => (await records.registry.get('delivery_lease', 'webhook')) !== null);
      const command = new StoredOutbox({
        registry: records.registry,
        targets: [target({ url: () => elsewhere.url })],
        metrics: new Metrics(),
        log,
        now: () => new Date(),
        startsByWriting: true,
      });
      opened.push(command);
      await command.accept(event(1));
      await until(() => receiver.calls.length === 1);
      expect(elsewhere.calls).toHaveLength(0);
    } finally {
      await elsewhere.stop();
    }
  });

  it('what nobody is to be told of has arrived nowhere', async () => {
    const registry = records.registry;
    const post = async () => {
      throw new DeliveryError('could not be reached');
    };
    const quiet = noticeTarget({ name: 'slack', post }, { registry, severities: ['critical'], now: () => new Date() });
    const outbox = open([quiet]);
    const broken = { rule_id: 'rule_a', name: 'A', priority: 8, verdict: 'violated', reason: '' };
    await outbox.accept(
      event(1, {
        event_type: 'positioning_analyzed',
        data: { analysis_id: 'ana_1', calibration_id: null, rules: [broken] },
      }),
    );
    await until(async () => (await registry.countUnder('outgoing', 'slack')) === 0);
    expect(await outbox.status()).toMatchObject([{ delivered: 0, failures: 0, last_success_at: null, waiting: 0 }]);
    expect(await metrics.exposition()).not.toMatch(/outbox_delivered_total\{target="slack"\} [1-9]/);
  });

  it('where a test arrives something has arrived', async () => {
    const outbox = open([target()]);
    expect(await outbox.test('webhook')).toMatchObject({ ok: true });
    await until(async () => (await outbox.status())[0]?.last_success_at !== null);
  });

  it('a target that is gone slows nobody', async () => {
    const outbox = open([gone(), target()]);
    await Promise.all(names(1, 20).map((_, at) => outbox.accept(event(at + 1))));
    await until(() => receiver.calls.length === 20);
    expect(sent()).toEqual(names(1, 20));
    expect(await records.registry.countUnder('outgoing', 'n8n')).toBe(20);
  });

  it('keeps no more than it may; the oldest become dead letters', async () => {
    const outbox = open([gone()], { backlog: 5, oldestMs: 60_000 });
    await Promise.all(names(1, 20).map((_, at) => outbox.accept(event(at + 1))));
    await until(async () => (await records.registry.countUnder('outgoing', 'n8n')) <= 5);
    const { items } = await outbox.deadLetters({ limit: 50 });
    expect(items.every((one) => one.reason === 'too many messages were waiting')).toBe(true);
    const left = await records.registry.under('outgoing', 'n8n', 50);
    expect(left.length + items.length).toBe(20);
    // One that is tried just now stays.
    expect(left.map(({ id }) => id).slice(-4)).toEqual(names(17, 20).map((id) => `${id}.n8n`));
  });

  it('a letter that is older than it may be is given up with the reason', async () => {
    receiver.behaviour = () => ({ status: 500 });
    const outbox = open([target()], { oldestMs: 50 });
    await outbox.accept(event(1));
    await until(isEmpty);
    const { items } = await outbox.deadLetters({ limit: 50 });
    expect(items[0]?.reason).toBe('not delivered in time: answered 500');
  });

  it('two on one store never deliver at the same time', async () => {
    receiver.behaviour = () => undefined;
    const other = new Metrics();
    const both = [open([target()]), open([target()], {}, true, other)];
    await Promise.all(names(1, 60).map((_, at) => both[at % 2]!.accept(event(at + 1))));
    await until(isEmpty);
    expect(sent().length).toBe(60);
    expect(new Set(sent()).size).toBe(60);
    other.close();
  });

  it('says in no line and no answer where messages go', async () => {
    await receiver.stop();
    const outbox = open([target()]);
    await outbox.accept(event(1));
    await until(() => lines.length > 0);
    const told = lines.join('') + JSON.stringify([await outbox.status(), await outbox.test('webhook')]);
    expect(told).toContain('ECONNREFUSED');
    for (const secret of ['very-secret-path', '127.0.0.1', SECRET, 'of-the-receiver'])
      expect(told).not.toContain(secret);
    expect(await outbox.test('slack')).toBeNull();
  });

  it('refuses private addresses and http unless the operator allows them', async () => {
    const { url: here } = receiver;
    const outbox = open([target({ allowPrivate: false, url: () => url })], {}, false);
    let url = '';
    for (url of [here, 'https://127.0.0.1:1/', 'https://localhost:1/', 'https://[::1]:1/']) {
      expect(await outbox.test('webhook')).toMatchObject({
        ok: false,
        reason: expect.stringContaining('H200_NOTIFY_PRIVATE'),
      });
    }
    expect(receiver.calls).toEqual([]);
  });
});
