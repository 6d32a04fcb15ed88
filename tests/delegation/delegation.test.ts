import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nextTrace } from '../../src/delegation/trace.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { callOf } from '../support/caller.ts';
import { openDelegations } from './delegations.ts';
import { type Answer, startPeer, type TestPeer } from './peer-server.ts';

const ann = callOf('ann');
const bob = callOf('bob');
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function peerOf(answer: Answer, options?: Parameters<typeof startPeer>[1]): Promise<TestPeer> {
  const peer = await startPeer(answer, options);
  open.push(peer);
  return peer;
}

function with_(peer: TestPeer, more: object = {}, parts: object = {}) {
  const made = openDelegations({ peers: [{ name: 'judge', card_url: peer.card_url, ...more }], ...parts });
  open.unshift({ close: () => made.delegations.close() });
  return made;
}

const never = () => ({ after: new Promise(() => {}) });

describe('handing over', () => {
  it('question, photo and analysis arrive, and what the peer made comes back', async () => {
    const peer = await peerOf(() => ({ says: 'done', text: 'all fine', data: { verdict: 'fine' } }));
    const credential = { secret: 'file:///nowhere' };
    const { delegations, audited } = with_(peer, { credential, skills: ['judge'] });
    const request = { peer: 'judge', text: 'Is it fine?', analysis_id: 'ana_1', send: 'both' } as const;
    const done = await delegations.start(ann, request, { waitMs: 5000 });
    expect(done).toMatchObject({
      state: 'completed',
      skill: 'judge',
      peer_says: 'done',
      depth: 1,
      started_by: 'caller',
    });
    expect(done.artifacts).toEqual([
      { name: 'result', media_type: 'text/plain', text: 'all fine' },
      { name: 'result', media_type: 'application/json', data: { verdict: 'fine' } },
    ]);
    const [{ message, headers } = { message: null!, headers: {} }] = peer.heard;
    expect(headers.authorization).toBe('Bearer the-secret');
    expect(message.parts.map(({ content }) => content?.$case)).toEqual(['text', 'raw', 'data']);
    expect(message.metadata).toEqual({
      skill: 'judge',
      'h200.delegation': { trace: [expect.stringMatching(/^agent_/)], depth: 1 },
    });
    expect(audited).toMatchObject([
      { event: 'delegated', actor: 'ann', target: 'judge', details: { sent: 'text, photo, analysis', depth: '1' } },
    ]);
    expect(await delegations.get(ann, done.delegation_id)).toEqual(done);
    await expect(delegations.get(bob, done.delegation_id)).rejects.toMatchObject({ code: 'DELEGATION_001' });
    await expect(delegations.cancel(bob, done.delegation_id)).rejects.toMatchObject({ code: 'DELEGATION_001' });
    expect((await delegations.list(bob, { limit: 10 })).items).toEqual([]);
    expect((await delegations.list(ann, { limit: 10 })).items).toEqual([done]);
  });

  it.each([
    [{ peer: 'nobody', text: 'x' }, 'DELEGATION_003'],
    [{ peer: 'judge', text: 'x', skill: 'other' }, 'DELEGATION_003'],
    [{ peer: 'judge' }, 'VALIDATION_001'],
    [{ peer: 'judge', analysis_id: 'ana_1', image: 'x.jpg' }, 'VALIDATION_002'],
  ])('%j is refused before anything is sent', async (request, code) => {
    const peer = await peerOf(() => ({}));
    const { delegations, audited } = with_(peer, { skills: ['judge'] });
    await expect(delegations.start(ann, request)).rejects.toMatchObject({ code });
    expect(peer.heard).toEqual([]);
    expect(audited.map(({ event }) => event)).toEqual(code === 'DELEGATION_003' ? ['delegation_refused'] : []);
  });

  it('whose analysis it is not, or who may not write, hands nothing on', async () => {
    const { delegations } = with_(await peerOf(() => ({})));
    await expect(delegations.start(bob, { peer: 'judge', analysis_id: 'ana_1' })).rejects.toMatchObject({
      code: 'ANALYSIS_008',
    });
    const viewer = callOf('eve', 'viewer');
    await expect(delegations.start(viewer, { peer: 'judge', text: 'x' })).rejects.toMatchObject({ code: 'AUTH_003' });
  });

  it("the peer's card must have the skill", async () => {
    const { delegations } = with_(await peerOf(() => ({})));
    const done = await delegations.start(ann, { peer: 'judge', text: 'x', skill: 'cook' }, { waitMs: 5000 });
    expect(done).toMatchObject({ state: 'failed', error: { code: 'DELEGATION_003' } });
  });

  it('what a peer fails at, refuses or asks is its state', async () => {
    const peer = await peerOf((_, words) => ({ state: words as 'TASK_STATE_FAILED', says: 'because' }));
    const { delegations } = with_(peer);
    for (const state of ['failed', 'rejected', 'input_required'] as const) {
      const text = `TASK_STATE_${state.toUpperCase()}`;
      const done = await delegations.start(ann, { peer: 'judge', text }, { waitMs: 5000 });
      expect(done).toMatchObject({ state, peer_says: 'because' });
    }
  });
});

it('what a stranger gets from each method is said in this file', async () => {
  const { delegations } = with_(await peerOf(() => ({})));
  const tested = ['cancel', 'get', 'list', 'peers', 'start'];
  expect(Object.keys(delegations).toSorted()).toEqual([...tested, 'close', 'resume', 'startByHook'].toSorted());
});

describe('bounds', () => {
  it('so many calls on a day, counted over all servers of a store', async () => {
    const peer = await peerOf(() => ({}));
    const records = createSqliteRecords(':memory:');
    const [one, two] = [0, 1].map(() => with_(peer, { calls_per_day: 3 }, { registry: records.registry }));
    const start = (made: typeof one) => made!.delegations.start(ann, { peer: 'judge', text: 'x' });
    const all = await Promise.allSettled([start(one), start(two), start(one), start(two), start(one)]);
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const [refused] = all.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toMatchObject({ code: 'DELEGATION_005', retryAfterS: expect.any(Number) });
    expect(await two!.delegations.peers(ann)).toEqual([
      { name: 'judge', skills: null, calls_per_day: 3, calls_left_today: 0, longest_deadline_s: 3600 },
    ]);
  });

  it('at the deadline the peer is told to stop', async () => {
    const peer = await peerOf(never);
    let ahead = 0;
    const { delegations } = with_(peer, {}, { now: () => new Date(Date.now() + ahead) });
    ahead = -4800;
    const { delegation_id: id } = await delegations.start(ann, { peer: 'judge', text: 'x', deadline_s: 5 });
    ahead = 0;
    await vi.waitFor(async () => expect(await delegations.get(ann, id)).toMatchObject({ state: 'expired' }), 8000);
    expect(peer.canceled).toHaveLength(1);
  }, 10_000);

  it('a cancelled one is cancelled at the peer', async () => {
    const peer = await peerOf(never);
    const { delegations } = with_(peer);
    const { delegation_id: id } = await delegations.start(ann, { peer: 'judge', text: 'x' });
    await vi.waitFor(async () => expect(await delegations.get(ann, id)).toMatchObject({ state: 'working' }));
    expect(await delegations.cancel(ann, id)).toMatchObject({ state: 'canceled' });
    expect(peer.canceled).toHaveLength(1);
    expect(await delegations.cancel(ann, id)).toMatchObject({ state: 'canceled' });
  });

  it('a trace ends where it was before, and at the depth limit', () => {
    expect(nextTrace('a', undefined, 3)).toEqual({ trace: ['a'], depth: 1 });
    expect(nextTrace('c', { trace: ['a', 'b'], depth: 2 }, 3)).toEqual({ trace: ['a', 'b', 'c'], depth: 3 });
    expect(() => nextTrace('a', { trace: ['a', 'b'], depth: 2 }, 9)).toThrow(/come back/);
    // A peer that keeps no trace and counts, and one that counts wrongly.
    expect(() => nextTrace('d', { trace: [], depth: 3 }, 3)).toThrow(/handed on/);
    expect(() => nextTrace('d', { trace: ['a', 'b', 'c'], depth: 0 }, 3)).toThrow(/handed on/);
  });
});

describe('a restart', () => {
  it('goes on with what the peer has taken', async () => {
    const { promise: after, resolve } = Promise.withResolvers<void>();
    const peer = await peerOf(() => ({ after, text: 'at last' }));
    const { registry } = createSqliteRecords(':memory:');
    const before = with_(peer, {}, { registry });
    const { delegation_id: id } = await before.delegations.start(ann, { peer: 'judge', text: 'x' });
    await vi.waitFor(async () => expect(await before.delegations.get(ann, id)).toMatchObject({ state: 'working' }));
    await before.delegations.close();
    resolve();
    const next = with_(peer, {}, { registry });
    expect(await next.delegations.get(ann, id)).toMatchObject({ state: 'working' });
    next.delegations.resume();
    await vi.waitFor(
      async () => expect(await next.delegations.get(ann, id)).toMatchObject({ state: 'completed' }),
      5000,
    );
    expect((await next.delegations.get(ann, id)).artifacts).toMatchObject([{ text: 'at last' }]);
    expect(peer.heard).toHaveLength(1);
  });

  it('of a server that was killed another goes on when its time is over, and not before', async () => {
    const { promise: after, resolve } = Promise.withResolvers<void>();
    const peer = await peerOf(() => ({ after }));
    const { registry } = createSqliteRecords(':memory:');
    const gets = vi.fn();
    const killed = with_(
      peer,
      {},
      { registry, times: { firstMs: 60_000, longestMs: 60_000, heldMs: 400, adoptMs: 50 } },
    );
    const { delegation_id: id } = await killed.delegations.start(ann, { peer: 'judge', text: 'x' });
    await vi.waitFor(async () => expect(await killed.delegations.get(ann, id)).toMatchObject({ state: 'working' }));
    const next = with_(peer, {}, { registry });
    next.delegations.resume();
    resolve();
    gets(await next.delegations.get(ann, id));
    expect(gets.mock.lastCall?.[0]).toMatchObject({ state: 'working' });
    await vi.waitFor(
      async () => expect(await next.delegations.get(ann, id)).toMatchObject({ state: 'completed' }),
      5000,
    );
  });

  it('of a server of this machine that was killed the next goes on at once', async () => {
    const { promise: after, resolve } = Promise.withResolvers<void>();
    const peer = await peerOf(() => ({ after }));
    const { registry } = createSqliteRecords(':memory:');
    const times = { firstMs: 60_000, longestMs: 60_000, heldMs: 600_000, adoptMs: 60_000 };
    const killed = with_(peer, {}, { registry, times });
    const { delegation_id: id } = await killed.delegations.start(ann, { peer: 'judge', text: 'x' });
    await vi.waitFor(async () => expect(await killed.delegations.get(ann, id)).toMatchObject({ state: 'working' }));
    const entry = (await registry.get('delegation', id))!;
    const { holder } = entry.value as { holder: object };
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const value = { ...(entry.value as object), holder: { ...holder, pid } };
    expect(await registry.replace('delegation', { ...entry, version: entry.version + 1, value })).toBe(true);
    // Many that others follow stand before it, and one that nobody can read.
    const others = { ...(entry.value as object), holder: { ...holder, machine: 'another' } };
    const before = Array.from({ length: 300 }, (_, n) => ({
      ...{ ...entry, id: `0${n}`, lookup: `open 0${n}`, version: 1, value: n === 7 ? null : others },
    }));
    await registry.addAll('delegation', before);
    resolve();
    const next = with_(peer, {}, { registry });
    next.delegations.resume();
    await vi.waitFor(
      async () => expect(await next.delegations.get(ann, id)).toMatchObject({ state: 'completed' }),
      5000,
    );
  });

  it('what nobody knows to have been taken has failed, and says so', async () => {
    const peer = await peerOf(() => ({}));
    const { promise } = Promise.withResolvers<never>();
    const silent = { send: () => promise, get: () => promise, cancel: () => promise };
    const { registry } = createSqliteRecords(':memory:');
    const killed = openDelegations({
      peers: [{ name: 'judge', card_url: peer.card_url }],
      ...{ registry, agents: silent, times: { firstMs: 10, longestMs: 10, heldMs: 100, adoptMs: 50 } },
    });
    const { delegation_id: id } = await killed.delegations.start(ann, { peer: 'judge', text: 'x' });
    const next = with_(peer, {}, { registry });
    next.delegations.resume();
    await vi.waitFor(async () => expect(await next.delegations.get(ann, id)).toMatchObject({ state: 'failed' }), 5000);
    expect((await next.delegations.get(ann, id)).error?.message).toContain('before the peer had said');
  });
});
