import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallbackOutboxParts } from '../../../src/events/callbacks/callback-outbox.ts';
import { createWebPost } from '../../../src/outgoing/create-web-post.ts';
import type { CallbackAddress, Callbacks } from '../../../src/ports/callbacks.ts';
import type { Records } from '../../../src/ports/records.ts';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';
import { testCallbacks } from '../../support/callbacks.ts';
import { Receiver, until } from '../../support/receiver.ts';

let records: Records;
let receiver: Receiver;
let open: Callbacks[];
beforeEach(async () => {
  records = createSqliteRecords(':memory:');
  receiver = await new Receiver().start();
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  await receiver.stop();
  await records.close();
});

function make(parts: Partial<CallbackOutboxParts> = {}): Callbacks {
  const post = createWebPost({ hosts: [new URL(receiver.url).host] });
  const callbacks = testCallbacks({ registry: records.registry, post, ...parts });
  open.push(callbacks);
  return callbacks;
}

const to = (name: string, more: Partial<CallbackAddress> = {}): CallbackAddress => ({
  name,
  owner: 'ann',
  url: `${receiver.url}/${name}`,
  headers: {},
  secret: null,
  ...more,
});
const say = (n: number) => ({ id: `evt_${n}`, type: 'test', contentType: 'application/json', body: `{"n":${n}}` });
const heard = () => receiver.calls.map(({ body }) => JSON.parse(body).n as number);

describe('messages to addresses of callers', () => {
  it('arrive in order, signed, with the headers of the address, and leave nothing behind', async () => {
    const callbacks = make();
    const address = to('job/1', { secret: 'a secret of sixteen', headers: { authorization: 'Bearer x' } });
    await Promise.all([1, 2, 3, 4, 5].map((n) => callbacks.send(address, say(n))));
    await until(() => receiver.calls.length === 5);
    expect(heard()).toEqual([1, 2, 3, 4, 5]);
    const [{ headers, body }] = receiver.calls as [(typeof receiver.calls)[0]];
    const signed = createHmac('sha256', 'a secret of sixteen').update(`${headers['x-h200-timestamp']}.${body}`);
    expect(headers).toMatchObject({
      authorization: 'Bearer x',
      'content-type': 'application/json',
      'idempotency-key': 'evt_1',
      'x-h200-event-id': 'evt_1',
      'x-h200-signature': `sha256=${signed.digest('hex')}`,
    });
    await until(async () => (await records.registry.count('callback_letter', null)) === 0);
    await until(async () => (await records.registry.under('callback_queue', 'due', 9)).length === 0);
  });

  it('are tried again with the same id where the receiver fails, and those behind wait', async () => {
    const answers = [500, 429, 503];
    receiver.behaviour = () => ({ status: answers.shift() ?? 200 });
    const callbacks = make();
    for (const n of [1, 2]) await callbacks.send(to('a'), say(n));
    await until(() => receiver.calls.length === 5);
    expect(heard()).toEqual([1, 1, 1, 1, 2]);
    expect(new Set(receiver.calls.slice(0, 4).map(({ headers }) => headers['x-h200-event-id'])).size).toBe(1);
  });

  it('to one address that hangs hold up no other, of the same caller neither', async () => {
    receiver.behaviour = ({ body }) => (JSON.parse(body).n < 0 ? 'hang' : undefined);
    const callbacks = make();
    for (let i = 1; i <= 70; i += 1) await callbacks.send(to(`dead/${i}`), say(-i));
    await callbacks.send(to('good', { owner: 'bob' }), say(7));
    await until(() => heard().includes(7));
    expect((await records.registry.under('callback_letter', 'dead/70', 1)).length).toBe(1);
  });

  it('to addresses that hang, of several callers, hold up nobody who answers, and new ones have their turn', async () => {
    receiver.behaviour = ({ body }) => (JSON.parse(body).n < 0 ? 'hang' : undefined);
    const callbacks = make();
    for (const [place, owner] of ['alice', 'carl', 'dora'].entries()) {
      for (let i = 1; i <= 40; i += 1) await callbacks.send(to(`${owner}/${i}`, { owner }), say(-i - 100 * place));
    }
    await until(() => heard().filter((n) => n < 0).length === 24);
    for (let n = 1; n <= 12; n += 1) await callbacks.send(to(`bob/${n}`, { owner: 'bob' }), say(n));
    await until(() => heard().filter((n) => n > 0).length === 12);
    // No caller has more than its few places in the meantime.
    expect(heard().filter((n) => n < 0).length).toBe(24);
  });

  it('that are refused, or too old, become dead letters, which are shown without their address and sent again', async () => {
    receiver.behaviour = () => ({ status: 410 });
    const callbacks = make();
    await callbacks.send(to('gone'), say(1));
    await until(async () => (await callbacks.deadLetters({ limit: 9 })).items.length === 1);
    const [letter] = (await callbacks.deadLetters({ limit: 9 })).items;
    expect(letter).toMatchObject({ target: 'callback', reason: 'answered 410', event: { event_id: 'evt_1' } });
    expect(JSON.stringify(letter)).not.toContain('very-secret-path');
    expect(await callbacks.status()).toMatchObject({ target: 'callback', dead_letters: 1, failures: 1 });
    receiver.behaviour = () => undefined;
    expect(await callbacks.replay(letter!.id)).toBe(true);
    await until(() => receiver.calls.length === 2);
    expect(await callbacks.replay(letter!.id)).toBe(false);

    await callbacks.close();
    const late = make({ oldestMs: 0 });
    receiver.behaviour = () => ({ status: 500 });
    await late.send(to('old'), say(2));
    await until(async () => (await late.deadLetters({ limit: 9 })).items.length === 1);
    expect((await late.deadLetters({ limit: 9 })).items[0]?.reason).toBe('not delivered in time: answered 500');
  });

  it('of one address are a hundred at most; the oldest beyond them are dead letters, the first one is on its way', async () => {
    receiver.behaviour = () => 'hang';
    const callbacks = make();
    for (let n = 0; n < 103; n += 1) await callbacks.send(to('slow'), say(n));
    expect(await records.registry.countUnder('callback_letter', 'slow')).toBe(100);
    const dead = (await callbacks.deadLetters({ limit: 9 })).items.map(({ event }) => event.event_id);
    expect(dead.toSorted()).toEqual(['evt_1', 'evt_2', 'evt_3']);
  });

  it('of one caller go to so many addresses at once; another one still may', async () => {
    receiver.behaviour = () => ({ status: 503 });
    const callbacks = make({ backOffMs: () => 60_000 });
    for (let i = 0; i < 500; i += 1) await callbacks.send(to(`q/${i}`), say(i));
    await expect(callbacks.send(to('one-more'), say(1))).rejects.toMatchObject({ code: 'SYSTEM_002' });
    await callbacks.send(to('q/1'), say(2));
    await callbacks.send(to('hers', { owner: 'bob' }), say(3));
    await expect(callbacks.send(to('q/1'), { ...say(1), body: 'x'.repeat(5 * 2 ** 20) })).rejects.toThrow();
  });

  it('are not sent any more once they were dropped', async () => {
    receiver.behaviour = () => ({ status: 503 });
    const callbacks = make({ backOffMs: () => 100 });
    for (const n of [1, 2, 3]) await callbacks.send(to('a'), say(n));
    await until(() => receiver.calls.length > 0);
    await callbacks.drop('a');
    receiver.behaviour = () => undefined;
    await until(async () => (await records.registry.under('callback_queue', 'due', 9)).length === 0);
    expect(heard().every((n) => n === 1)).toBe(true);
  });

  it('that arrived are known to have also in another process and after it', async () => {
    expect(await make().status()).toBeNull();
    const server = make();
    await server.send(to('job/1'), say(1));
    await until(() => receiver.calls.length === 1);
    await server.close();
    expect(await make().status()).toMatchObject({ waiting: 0, last_success_at: expect.any(String), last_error: null });
  });

  it('of two servers on one store one delivers, and what the other wrote too', async () => {
    const [one, two] = [make(), make()];
    one.start();
    two.start();
    for (let n = 1; n <= 6; n += 1) {
      await (n % 2 === 0 ? one : two).send(to('both'), say(n));
      // Of several servers they are ordered by their clocks.
      await sleep(3);
    }
    await until(() => receiver.calls.length >= 6);
    expect(heard()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('go to public https addresses, and to hosts that the operator lists', async () => {
    const { host } = new URL(receiver.url);
    const post = createWebPost({ hosts: ['agents.internal', host] });
    for (const url of [
      'http://agents.internal/x',
      'https://agents.internal/x',
      `http://${host}/`,
      'https://1.2.3.4/',
    ]) {
      expect(() => post.check(url)).not.toThrow();
    }
    const no = [
      'http://agents.internal:81/',
      'https://other.internal/',
      'http://127.0.0.1:1/',
      'https://x.agents.internal.:2/',
    ];
    for (const url of [
      ...no,
      'http://1.2.3.4/',
      `http://u:p@${host}/`,
      'file:///etc/passwd',
      'https://169.254.169.254/',
    ]) {
      expect(() => post.check(url), url).toThrow(expect.objectContaining({ code: 'VALIDATION_007' }));
      // What an image may be else is no advice to who names an address to be called.
      expect(() => post.check(url), url).toThrow(
        expect.objectContaining({ advice: expect.stringMatching(/^(?!.*(base64|folder)).*H200_CALLBACK_HOSTS/) }),
      );
    }
    const callbacks = make({
      post: createWebPost({ lookup: async () => [{ address: '10.0.0.7', family: 4 }], refuseEveryMs: 1 }),
    });
    await callbacks.send(to('inside', { url: 'https://rebound.example/' }), say(1));
    await until(async () => ((await callbacks.status())?.failures ?? 0) > 0);
    expect((await callbacks.status())?.last_error?.reason).toContain('private network');
  });
});
