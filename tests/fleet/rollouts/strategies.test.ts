import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeployRequest } from '../../../src/contract/deployment.ts';
import type { Fleet } from '../../../src/fleet/create-fleet.ts';
import type { DeploymentService } from '../../../src/fleet/deployments.ts';
import { callOf } from '../../support/caller.ts';
import { ann } from '../open-fleet.ts';
import { bluegreen, Stage, untilOver } from './stage.ts';

const MINUTE = 60_000;
let stage: Stage;
let fleet: Fleet;
let deployments: DeploymentService;
let old: string;
beforeEach(async () => {
  stage = new Stage();
  ({ fleet, deployments } = stage.product());
  old = await stage.first(fleet);
  stage.minds = true;
});
afterEach(() => stage.close());

/** It is begun, and goes on while requests come. */
async function roll(request: DeployRequest, ms: number) {
  const { deployment } = await deployments.deploy(ann, { ...request, wait_for_completion: false });
  await stage.serve(ms, [fleet]);
  return deployments.get(ann, deployment!.id);
}
const running = () => stage.cloud.running().length;

describe('blue-green', () => {
  it('the new one is tried, gets everything in one write, and the old one ends after its time', async () => {
    const before = stage.routing.tables.length;
    const begun = await roll(bluegreen, 3 * MINUTE);
    expect(begun).toMatchObject({
      phase: 'keeping',
      outcome: null,
      can_roll_back: true,
      smoke: { ok: true, same: true },
    });
    const fresh = begun.swaps[0]!.new_server_id!;
    expect(stage.routing.smoked).toEqual([fresh]);
    expect(
      stage.routing.tables.slice(before).map(({ entries }) => entries.map(({ id, weight }) => [id, weight])),
    ).toEqual([[[fresh, 100]]]);
    expect(begun.weights).toEqual([
      { id: old, weight: 0 },
      { id: fresh, weight: 100 },
    ]);
    expect(running()).toBe(2);
    await stage.serve(12 * MINUTE, [fleet]);
    const ended = await deployments.get(ann, begun.id);
    expect(ended).toMatchObject({ outcome: 'deployed', can_roll_back: false, can_promote: false });
    expect(running()).toBe(1);
    expect([stage.lost, stage.wrong, await stage.leaked(fleet)]).toEqual([0, [], []]);
    expect(stage.routing.current.rollout_id).toBeNull();
    expect(stage.events.filter((one) => one.type === 'server_event' && one.event === 'rollout')).toEqual([
      expect.objectContaining({
        deployment: { deployment_id: begun.id, phase: 'shifting', weights: [{ id: fresh, weight: 100 }] },
      }),
      expect.objectContaining({ severity: 'success', message: expect.stringContaining('has taken over') }),
    ]);
  });

  it.each([
    ['finds something else', { same: false, detail: 'it finds 3 objects, here 5' }],
    ['does not answer', { ok: false, detail: 'connection refused' }],
  ])('one that %s is never given anything, and ends', async (_, answer) => {
    stage.routing.usual = answer;
    const before = stage.routing.current;
    const ended = await roll(bluegreen, 10 * MINUTE);
    expect(ended).toMatchObject({ outcome: 'rolled_back', message: expect.stringContaining(answer.detail) });
    expect(stage.routing.current).toEqual(before);
    expect((await fleet.service.list(ann)).servers.map(({ id, state }) => [id, state])).toEqual([[old, 'running']]);
    expect([stage.lost, stage.wrong, running()]).toEqual([0, [], 1]);
  });

  it('where this process cannot compare, the answer of the old server is taken', async () => {
    stage.routing.usual = { same: null, objects_there: 3, objects_here: null };
    stage.routing.sick.set(old, { same: null, objects_there: 5, objects_here: null });
    expect(await roll(bluegreen, 5 * MINUTE)).toMatchObject({ outcome: 'rolled_back', smoke: { same: false } });
    stage.routing.sick.set(old, { same: null, objects_there: 3, objects_here: null });
    expect(await roll(bluegreen, 5 * MINUTE)).toMatchObject({ phase: 'keeping', smoke: { same: true } });
  });

  it('one that is not well by its own page goes', async () => {
    stage.health = { ok: false, status: 500, reason: 'it answered 500' };
    const ended = await roll({ ...bluegreen, health_check: '/health' }, 10 * MINUTE);
    expect(ended).toMatchObject({ outcome: 'rolled_back', health: { ok: false, status: 500 } });
    expect(ended.health!.tries).toBeGreaterThan(5);
  });

  it('one that fails while the old one is kept: everything goes back at once', async () => {
    const begun = await roll(bluegreen, 3 * MINUTE);
    stage.answers.set(begun.swaps[0]!.new_server_id!, { ok: false });
    await stage.serve(5 * MINUTE, [fleet]);
    const ended = await deployments.get(ann, begun.id);
    expect(ended).toMatchObject({ outcome: 'rolled_back', judgement: { verdict: 'bad' } });
    expect([stage.routing.weight(old), stage.lost, stage.wrong]).toEqual([100, 0, []]);
  });

  it('rolled back and promoted by hand, whenever', async () => {
    const begun = await roll(bluegreen, 3 * MINUTE);
    expect(await deployments.rollBack(ann, begun.id)).toMatchObject({ can_roll_back: false });
    await stage.serve(2 * MINUTE, [fleet]);
    expect(await deployments.get(ann, begun.id)).toMatchObject({ outcome: 'rolled_back' });
    expect([stage.routing.weight(old), running()]).toEqual([100, 1]);
    await expect(deployments.promote(ann, begun.id)).rejects.toMatchObject({ code: 'SERVER_002' });

    const second = await roll({ ...bluegreen, keep_seconds: 86_400 }, 3 * MINUTE);
    expect((await deployments.promote(ann, second.id)).message).toContain('there is no way back any more');
    await stage.serve(MINUTE, [fleet]);
    expect(await deployments.get(ann, second.id)).toMatchObject({ outcome: 'deployed' });
    await expect(deployments.rollBack(ann, second.id)).rejects.toMatchObject({
      code: 'SERVER_002',
      advice: expect.stringContaining('ghcr.io/acme/mug:1'),
    });
    const untried = await roll(bluegreen, 0);
    expect((await deployments.promote(ann, untried.id)).message).toContain(
      'The new server is being made. It is promoted: it gets everything as soon as it runs. It was not tried',
    );
    await stage.serve(30 * MINUTE, [fleet]);
    expect(await deployments.get(ann, untried.id)).toMatchObject({ outcome: 'deployed' });
    // Before there is anything: nothing is made, or what is made goes.
    const third = await roll(bluegreen, 0);
    await deployments.rollBack(ann, third.id);
    await stage.serve(3 * MINUTE, [fleet]);
    expect(await deployments.get(ann, third.id)).toMatchObject({ outcome: 'rolled_back' });
    expect([running(), stage.lost, stage.wrong, await stage.leaked(fleet)]).toEqual([1, 0, [], []]);
  });
});

describe('canary', () => {
  const canary: DeployRequest = { type: 'timed', strategy: 'canary', canary_percent: 20, canary_duration: 600 };

  it('gets its share step by step', async () => {
    const begun = await roll(canary, 3 * MINUTE);
    const fresh = begun.swaps[0]!.new_server_id!;
    expect(begun).toMatchObject({ phase: 'canary', steps_percent: [20, 50, 100], step_until: expect.any(String) });
    expect([stage.routing.weight(old), stage.routing.weight(fresh)]).toEqual([80, 20]);
    await stage.serve(25 * MINUTE, [fleet]);
    expect(await deployments.get(ann, begun.id)).toMatchObject({ outcome: 'deployed' });
    const weights = stage.routing.tables.map(({ entries }) => entries.find(({ id }) => id === fresh)?.weight);
    expect(weights.slice(0, 3)).toEqual([20, 50, 100]);
    expect([stage.lost, stage.wrong, running(), await stage.leaked(fleet)]).toEqual([0, [], 1, []]);
  });

  it.each([
    ['fails', { ok: false }, /\d of its \d+ requests failed/],
    ['is slow', { ms: 250 }, /p95 is 250 ms, more than twice the 100 ms/],
  ])('one that %s loses what it got, and nobody’s request is lost', async (_, answer, why) => {
    stage.usual = answer;
    stage.answers.set(old, {});
    stage.routing.isHereAble = false;
    const ended = await roll(canary, 8 * MINUTE);
    expect(ended).toMatchObject({ outcome: 'rolled_back', message: expect.stringMatching(why) });
    const fresh = ended.swaps[0]!.new_server_id!;
    expect([stage.routing.weight(fresh), stage.routing.weight(old)]).toEqual([0, 100]);
    expect(stage.requests).toBeGreaterThan(300);
    expect([stage.lost, stage.wrong, running()]).toEqual([0, [], 1]);
  });

  it('with too few requests it waits once more as long, then goes back; by hand it may be promoted', async () => {
    const { deployment } = await deployments.deploy(ann, { ...canary, wait_for_completion: false });
    await stage.serve(6.5 * MINUTE, [fleet], 0);
    expect(await deployments.get(ann, deployment!.id)).toMatchObject({
      phase: 'canary',
      judgement: { verdict: 'too_few', reason: '0 of the 20 requests that a judgement needs.' },
    });
    await stage.serve(8 * MINUTE, [fleet], 0);
    expect(await deployments.get(ann, deployment!.id)).toMatchObject({
      outcome: 'rolled_back',
      message: expect.stringContaining('Nobody can say whether it is good'),
    });
    // Nobody used it, so it was stopped: what runs no more is no match.
    await fleet.service.control(ann, old, { action: 'start' });
    const second = await deployments.deploy(ann, { ...canary, wait_for_completion: false });
    await stage.serve(3 * MINUTE, [fleet], 0);
    expect((await deployments.promote(ann, second.deployment!.id)).message).toMatch(
      /it gets everything now\. It was not judged to be good/,
    );
    await stage.serve(2 * MINUTE, [fleet], 0);
    expect(await deployments.get(ann, second.deployment!.id)).toMatchObject({ phase: 'keeping' });
  });

  it('where the old one is lost meanwhile, the new one has everything', async () => {
    const begun = await roll(canary, 3 * MINUTE);
    stage.cloud.elsewhere([...stage.cloud.machines.keys()][0]!, 'terminate');
    await stage.serve(3 * MINUTE, [fleet]);
    const { swaps } = await deployments.get(ann, begun.id);
    expect(stage.routing.weight(swaps[0]!.new_server_id!)).toBe(100);
    expect(stage.lost).toBe(0);
  });

  it('without anything to divide it is refused', async () => {
    stage.routing.current = { ...stage.routing.current, entries: [stage.routing.home] };
    await expect(deployments.deploy(ann, canary)).rejects.toMatchObject({
      code: 'VALIDATION_002',
      message: expect.stringContaining('nothing to divide'),
    });
    await expect(deployments.deploy(ann, { ...bluegreen, canary_percent: 5 })).rejects.toMatchObject({
      code: 'VALIDATION_002',
      details: { field: 'canary_percent' },
    });
  });

  it('a first server gets its share from what computes now', async () => {
    await fleet.service.control(ann, old, { action: 'terminate', force: true });
    stage.routing.current = { ...stage.routing.current, entries: [stage.routing.home] };
    const begun = await roll({ ...canary, traffic: 60 }, 3 * MINUTE);
    const fresh = begun.swaps[0]!.new_server_id!;
    expect([stage.routing.weight(fresh), stage.routing.weight('here')]).toEqual([12, 88]);
    await stage.serve(25 * MINUTE, [fleet]);
    expect([stage.routing.weight(fresh), stage.routing.weight('here')]).toEqual([60, 40]);
    expect(await deployments.get(ann, begun.id)).toMatchObject({ outcome: 'deployed' });
  });
});

describe('rolling', () => {
  it('several, one after the other; in no moment runs more than one besides', async () => {
    const second = (await fleet.service.create(ann, { type: 'timed' })).server.id;
    stage.routing.give(old, 60);
    stage.routing.current = {
      ...stage.routing.current,
      entries: [
        ...stage.routing.current.entries.filter(({ id }) => id === old),
        { id: second, kind: 'pod', server_id: second, weight: 40 },
      ],
    };
    let most = 0;
    stage.cloud.after = () => {
      most = Math.max(most, running());
    };
    const ended = await roll({ type: 'timed', strategy: 'rolling', keep_seconds: 60 }, 10 * MINUTE);
    expect(ended).toMatchObject({ outcome: 'deployed' });
    const [a, b] = ended.swaps.map(({ new_server_id }) => new_server_id!);
    expect([stage.routing.weight(a!), stage.routing.weight(b!)]).toEqual([60, 40]);
    expect(most).toBe(3);
    expect((await fleet.service.list(ann)).servers.map(({ id }) => id).toSorted()).toEqual([a!, b!].toSorted());
    expect([stage.lost, stage.wrong, await stage.leaked(fleet)]).toEqual([0, [], []]);
  });

  it('where the second is not well, the first is had back too', async () => {
    const second = (await fleet.service.create(ann, { type: 'timed' })).server.id;
    const { deployment } = await deployments.deploy(ann, {
      type: 'timed',
      strategy: 'rolling',
      wait_for_completion: false,
    });
    await stage.serve(70_000, [fleet]);
    stage.routing.usual = { same: false, detail: 'it finds 2 objects, here 5' };
    await stage.serve(5 * MINUTE, [fleet]);
    expect(await deployments.get(ann, deployment!.id)).toMatchObject({ outcome: 'rolled_back' });
    expect(stage.routing.weight(old)).toBe(100);
    const { servers } = await fleet.service.list(ann);
    expect(servers.map(({ id, state }) => `${id} ${state}`).toSorted()).toEqual(
      [`${old} running`, `${second} running`].toSorted(),
    );
    expect([stage.lost, stage.wrong]).toEqual([0, []]);
  });
});

describe('recreate', () => {
  const recreate: DeployRequest = { type: 'timed', strategy: 'recreate' };

  it('stops the old one first; meanwhile this program computes', async () => {
    const begun = await roll(recreate, 30_000);
    expect(begun).toMatchObject({
      phase: 'creating',
      weights: [{ id: old, weight: 0 }, { weight: 0 }, { id: 'here', weight: 100 }],
    });
    expect(running()).toBe(1);
    await stage.serve(3 * MINUTE, [fleet]);
    const ended = await deployments.get(ann, begun.id);
    expect(ended).toMatchObject({ outcome: 'deployed', overlap: { server_ids: [], price_per_hour: 0 } });
    expect(stage.routing.weight(ended.swaps[0]!.new_server_id!)).toBe(100);
    expect([stage.lost, stage.wrong, running()]).toEqual([0, [], 1]);
  });

  it('is refused where nobody would compute meanwhile', async () => {
    stage.routing.isHereAble = false;
    await expect(deployments.deploy(ann, recreate)).rejects.toMatchObject({
      code: 'SERVER_002',
      advice: expect.stringContaining('blue-green'),
    });
    expect(await deployments.list(ann)).toEqual([]);
  });

  it('where the new one is not to be had, the old one is started again', async () => {
    for (const { id } of stage.cloud.catalogue) stage.cloud.famine.add(id);
    stage.cloud.after = (what) => {
      // Its own host has its GPU still.
      if (what === 'stop') {
        const start = stage.cloud.start.bind(stage.cloud);
        stage.cloud.start = (server, workers) => {
          stage.cloud.famine.clear();
          return start(server, workers);
        };
      }
    };
    const ended = await roll(recreate, 8 * MINUTE);
    expect(ended).toMatchObject({ outcome: 'rolled_back' });
    expect([stage.routing.weight(old), stage.lost, stage.wrong, running()]).toEqual([100, 0, [], 1]);
  });

  it('where the old one is not to be had back either, that is said, and nothing is lost', async () => {
    for (const { id } of stage.cloud.catalogue) stage.cloud.famine.add(id);
    const ended = await roll(recreate, 20 * MINUTE);
    expect(ended).toMatchObject({
      outcome: 'failed',
      notes: expect.arrayContaining([expect.objectContaining({ text: `${old} could not be started again.` })]),
    });
    expect([stage.routing.weight('here'), stage.lost, running()]).toEqual([100, 0, 0]);
  });
});

describe('whoever asks', () => {
  it('a caller who leaves ends the wait and nothing else', async () => {
    const leaves = new AbortController();
    const sleep = async (ms: number) => {
      stage.clock.advance(ms);
      leaves.abort();
    };
    const other = stage.product({ sleep });
    const report = await other.deployments.deploy({ ...ann, signal: leaves.signal }, bluegreen);
    expect(report).toMatchObject({ outcome: 'under_way', deployment: { phase: 'creating', attended: false } });
    expect(report.warnings).toEqual([expect.stringContaining('goes on while')]);
    await other.fleet.close();
    await stage.serve(15 * MINUTE, [fleet]);
    expect(await deployments.get(ann, report.deployment!.id)).toMatchObject({ outcome: 'deployed' });
  });

  it('waits until the new one has taken over, or until all is over', async () => {
    const report = await deployments.deploy(ann, bluegreen);
    expect(report).toMatchObject({ outcome: 'deployed', deployment: { phase: 'keeping' }, replaced: { id: old } });
    await deployments.rollBack(ann, report.deployment!.id);
    await deployments.wait(ann, report.deployment!.id, ({ outcome }) => outcome !== null, null);
    const second = await deployments.deploy(ann, bluegreen, untilOver);
    expect(second).toMatchObject({ outcome: 'deployed', deployment: { phase: 'over' }, server: { state: 'running' } });
  });

  it('a program that runs drives it by itself', async () => {
    const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 5)));
    const server = stage.product({ sleep, rolloutTimes: { everyMs: 20 } });
    server.fleet.start();
    const report = await server.deployments.deploy(ann, { ...bluegreen, keep_seconds: 60, wait_for_completion: false });
    expect(report.deployment).toMatchObject({ attended: true });
    await expect
      .poll(
        async () => {
          stage.clock.advance(5000);
          return (await deployments.get(ann, report.deployment!.id)).outcome;
        },
        { timeout: 60_000, interval: 50 },
      )
      .toBe('deployed');
    expect([running(), stage.wrong]).toEqual([1, []]);
  });

  it('one of a type at a time, in whichever process', async () => {
    const other = stage.product();
    const both = await Promise.allSettled(
      [deployments, other.deployments].map((one) => one.deploy(ann, { ...bluegreen, wait_for_completion: false })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'SERVER_002', details: { deployment_id: expect.stringMatching(/^dep_/) } },
    });
    await stage.serve(15 * MINUTE, [fleet, other.fleet]);
    expect((await deployments.list(ann)).map(({ outcome }) => outcome)).toEqual(['deployed']);
    expect(stage.cloud.asked.filter((what) => what === 'create')).toHaveLength(2);
    expect([stage.lost, stage.wrong]).toEqual([0, []]);
  });

  it('its servers are neither idle nor anybody else’s', async () => {
    const begun = await roll({ ...bluegreen, keep_seconds: 3600 }, 3 * MINUTE);
    await stage.serve(40 * MINUTE, [fleet], 0);
    expect(running()).toBe(2);
    await expect(fleet.service.control(ann, old, { action: 'stop' })).rejects.toMatchObject({
      code: 'SERVER_002',
      details: { deployment_id: begun.id },
    });
    await stage.serve(60 * MINUTE, [fleet], 0);
    expect(running()).toBe(0);
  });

  it('the price of both is shown before, and nothing dearer is made', async () => {
    const plan = await deployments.deploy(ann, { ...bluegreen, config: { gpu_type: 'H100' }, dry_run: true });
    expect(plan.overlap).toEqual({
      ...{ server_ids: [old], price_per_hour: 3.99, together_per_hour: 3.99 + 2.99 },
      at_most_seconds: expect.any(Number),
    });
    const { catalogue } = stage.cloud;
    const { deployment } = await deployments.deploy(ann, { ...bluegreen, wait_for_completion: false });
    stage.cloud.catalogue = catalogue.map((one) => ({ ...one, price: { timed: 20, serverless: 20 } }));
    await stage.serve(2 * MINUTE, [fleet]);
    expect(await deployments.get(ann, deployment!.id)).toMatchObject({
      outcome: 'rolled_back',
      message: expect.stringContaining('max_price'),
    });
    expect(running()).toBe(1);
  });

  it.each(['viewer', 'manager'] as const)('%s may not', async (role) => {
    const ctx = callOf('bob', role);
    await expect(deployments.deploy(ctx, bluegreen)).rejects.toMatchObject({ code: 'AUTH_003' });
    const { deployment } = await deployments.deploy(ann, { ...bluegreen, wait_for_completion: false });
    await expect(deployments.promote(ctx, deployment!.id)).rejects.toMatchObject({ code: 'AUTH_003' });
    await expect(deployments.rollBack(ctx, deployment!.id)).rejects.toMatchObject({ code: 'AUTH_003' });
    await expect(deployments.get(ann, 'dep_none')).rejects.toMatchObject({ code: 'SERVER_001' });
  });
});
