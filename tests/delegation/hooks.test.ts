import { expect, it, vi } from 'vitest';
import type { Analysis } from '../../src/contract/analysis.ts';
import { type DelegationTrace, traceIn } from '../../src/contract/delegation-trace.ts';
import { PeerSettings } from '../../src/contract/peer-settings.ts';
import { startHooks } from '../../src/delegation/hooks.ts';
import { createBus } from '../../src/events/bus.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { callOf } from '../support/caller.ts';
import { openDelegations } from './delegations.ts';
import { startPeer } from './peer-server.ts';

const OUTCOME = { name: 'a', priority: 5, verdict: 'violated', reason: '' } as const;

const log = createLog('silent');
const failed = (error: unknown) => {
  throw error;
};
const analysed = (analysis_id: string) =>
  ({
    type: 'positioning_analyzed',
    outcomes: [],
    calibration_id: null,
    analysis: { analysis_id } as Analysis,
    owner: 'ann',
  }) as const;

/** Agents in a ring: each analyses what it is sent, and hands every analysis on to the next. */
async function ring(size: number, mostDepth: number) {
  const buses = Array.from({ length: size }, () => createBus(failed));
  const peers = await Promise.all(
    buses.map((bus) =>
      startPeer((message) => {
        const delegation = traceIn(message.metadata) as DelegationTrace;
        bus.emit({ ...analysed(`ana_${delegation.depth}`), delegation });
        return { text: 'analysed' };
      }),
    ),
  );
  const agents = buses.map((bus, i) => {
    const next = { name: 'next', card_url: peers[(i + 1) % size]!.card_url, hooks: [{ on: 'analysis' }] };
    const made = openDelegations({ peers: [next], mostDepth });
    startHooks([PeerSettings.parse(next)], made.delegations, bus, log);
    return made;
  });
  return {
    ...{ buses, peers, agents },
    audited: () => agents.flatMap(({ audited }) => audited),
    async close() {
      await Promise.all(agents.map(({ delegations }) => delegations.close()));
      await Promise.all(peers.map((peer) => peer.close()));
    },
  };
}

it('two that hand on to each other: the loop is refused where it comes back, and audited', async () => {
  const two = await ring(2, 9);
  two.buses[0]!.emit(analysed('ana_0'));
  await vi.waitFor(() => expect(two.audited().map(({ event }) => event)).toContain('delegation_refused'), 5000);
  await new Promise((done) => setTimeout(done, 200));
  expect(two.peers.map(({ heard }) => heard.length)).toEqual([1, 1]);
  expect(two.agents[0]!.audited).toMatchObject([
    { event: 'delegated', target: 'next', details: { depth: '1', by: 'hook' } },
    { event: 'delegation_refused', target: 'next', details: { code: 'DELEGATION_002', depth: '3', limit: '9' } },
  ]);
  await two.close();
}, 10_000);

it('a longer way ends at the depth limit', async () => {
  const five = await ring(5, 2);
  five.buses[0]!.emit(analysed('ana_0'));
  await vi.waitFor(() => expect(five.audited().map(({ event }) => event)).toContain('delegation_refused'), 5000);
  expect(five.peers.map(({ heard }) => heard.length)).toEqual([0, 1, 1, 0, 0]);
  expect(five.agents[2]!.audited).toMatchObject([{ event: 'delegation_refused', details: { depth: '3', limit: '2' } }]);
  await five.close();
}, 10_000);

it('nothing is handed on unless it is configured; a broken rule is handed on where it is', async () => {
  const peer = await startPeer(() => ({}));
  const bus = createBus(failed);
  const settings = { name: 'judge', card_url: peer.card_url };
  const made = openDelegations({ peers: [settings] });
  const stopped = startHooks([PeerSettings.parse(settings)], made.delegations, bus, log);
  bus.emit(analysed('ana_0'));
  stopped();
  const hooked = PeerSettings.parse({ ...settings, hooks: [{ on: 'rule_triggered' }] });
  const stop = startHooks([hooked], made.delegations, bus, log);
  bus.emit(analysed('ana_0'));
  bus.emit({ type: 'rule_triggered', ...OUTCOME, analysis_id: 'ana_0', rule_id: 'rule_1', owner: 'ann' });
  bus.emit({ type: 'rule_triggered', ...OUTCOME, analysis_id: 'ana_0', rule_id: 'rule_1', owner: 'a stranger' });
  await vi.waitFor(() => expect(peer.heard).toHaveLength(1));
  await new Promise((done) => setTimeout(done, 100));
  expect(peer.heard).toHaveLength(1);
  expect(peer.heard[0]?.message.parts[0]?.content).toMatchObject({ value: 'The rule rule_1 is broken on this desk.' });
  stop();
  await made.delegations.close();
  await peer.close();
});

it('what came with a trace that cannot be read is not handed on, and that is audited', async () => {
  const peer = await startPeer(() => ({}));
  const bus = createBus(failed);
  const settings = { name: 'judge', card_url: peer.card_url, hooks: [{ on: 'analysis' }] };
  const made = openDelegations({ peers: [settings] });
  const stop = startHooks([PeerSettings.parse(settings)], made.delegations, bus, log);
  const delegation = traceIn({ 'h200.delegation': { trace: [], depth: 1e308 } })!;
  bus.emit({ ...analysed('ana_0'), delegation });
  await vi.waitFor(() =>
    expect(made.audited).toMatchObject([{ event: 'delegation_refused', details: { code: 'DELEGATION_002' } }]),
  );
  await expect(
    made.delegations.start({ ...callOf('ann'), delegation }, { peer: 'judge', text: 'x' }),
  ).rejects.toMatchObject({ code: 'DELEGATION_002' });
  expect(peer.heard).toEqual([]);
  stop();
  await made.delegations.close();
  await peer.close();
});
