import { afterEach, expect, it } from 'vitest';
import { shareOf } from '../../src/fair-share.ts';
import type { PeerAgents } from '../../src/ports/peer-agents.ts';
import { callOf } from '../support/caller.ts';
import { openDelegations } from './delegations.ts';

const [ann, bob, eve] = [callOf('ann'), callOf('bob'), callOf('eve')];
const SHARE = shareOf(64);
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
const hanging: PeerAgents = {
  send: (_peer, _message, signal) => untilAborted(signal),
  get: (_peer, _id, signal) => untilAborted(signal),
  cancel: (_peer, _id, signal) => untilAborted(signal),
};
const peer = (name: string, more: object = {}) => ({
  ...{ name, card_url: 'http://127.0.0.1:1/card.json', calls_per_day: 1000 },
  ...more,
});
const made = openDelegations({
  peers: [peer('hangs'), peer('other', { longest_deadline_s: 86_400 })],
  agents: hanging,
});
const { delegations } = made;
afterEach(() => delegations.close());

it('one caller and one peer that hangs take four fifths of the places, and not one more at once', async () => {
  const ask = (who: typeof ann, to: string, count: number) =>
    Promise.allSettled(Array.from({ length: count }, () => delegations.start(who, { peer: to, text: 'x' })));
  const taken = (all: PromiseSettledResult<unknown>[]) => all.filter(({ status }) => status === 'fulfilled').length;
  const first = await ask(ann, 'hangs', 200);
  expect(taken(first)).toBe(SHARE);
  expect(first.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'SYSTEM_002' } });
  expect(taken(await ask(eve, 'hangs', 3))).toBe(0);
  expect(taken(await ask(bob, 'other', 20))).toBe(64 - SHARE);
  const { items } = await delegations.list(bob, { limit: 1 });
  await delegations.cancel(bob, items[0]!.delegation_id);
  expect(taken(await ask(bob, 'other', 3))).toBe(1);
}, 30_000);

it('a deadline is an hour at most unless the operator says else; what is refused holds no place', async () => {
  const { delegations } = openDelegations({
    peers: [peer('hangs'), peer('other', { longest_deadline_s: 86_400 })],
    agents: hanging,
  });
  for (let n = 0; n < 70; n += 1) {
    const asked = delegations.start(ann, { peer: 'hangs', text: 'x', deadline_s: 3601 });
    await expect(asked).rejects.toMatchObject({ code: 'VALIDATION_002', details: { max: 3600 } });
  }
  expect(await delegations.start(ann, { peer: 'hangs', text: 'x', deadline_s: 3600 })).toMatchObject({
    state: 'submitted',
  });
  expect(await delegations.start(ann, { peer: 'other', text: 'x', deadline_s: 86_400 })).toMatchObject({
    state: 'submitted',
  });
  await delegations.close();
});
