import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fleet, FleetParts } from '../../src/fleet/create-fleet.ts';
import { FakeRunpod } from '../fakes/runpod/fake-runpod.ts';
import { manualTime } from '../fakes/runpod/time.ts';
import { ann, World } from './open-fleet.ts';
import { clientOf, QuickClock } from './runpod/support.ts';

/** The main scenes once more, over the real client and the fake that obeys RunPod's published description. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let world: World;
let fake: FakeRunpod;
let fleet: Fleet;
let open: Pick<FleetParts, 'cloud'>;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  world = new World();
  const time = manualTime(world.clock.now().getTime());
  const { advance } = world.clock;
  world.clock.advance = (ms) => {
    advance(ms);
    time.advance(ms);
  };
  fake = await new FakeRunpod({ time }).listen();
  // What the client waits between its tries goes by for everybody.
  const clock = new QuickClock((ms) => world.clock.advance(ms));
  const runpod = clientOf(fake, { clock });
  closing.push(
    () => runpod.close(),
    () => fake.close(),
  );
  open = { cloud: runpod.cloud };
  fleet = world.process(open);
});
afterEach(async () => {
  await world.close();
  for (const close of closing.splice(0)) await close();
});

const make = async (more: object = {}) => (await fleet.service.create(ann, { type: 'timed', ...more })).server;
const running = () => [...fake.account.pods.values()].filter(({ up }) => up).length;
const costOf = async (id: string) => (await fleet.service.cost(ann)).servers.find((one) => one.server_id === id)!;

describe('over RunPod', () => {
  it('made, stopped, started, restarted, ended; billed as counted', async () => {
    const server = await make({ config: { gpu_type: 'H100', gpu_count: 2 } });
    expect(server).toMatchObject({ state: 'running', drift: null, error: null, gpu: { id: 'NVIDIA H100 80GB HBM3' } });
    expect(server.endpoint_url).toBe(`${fake.url}/pod/${server.provider_id}/8000`);
    const { id } = server;
    for (let minute = 0; minute < 90; minute += 5) {
      await fleet.use.touched(id);
      await world.pass(5 * MINUTE, fleet);
    }
    for (const [action, state] of [
      ['stop', 'stopped'],
      ['start', 'running'],
      ['restart', 'running'],
      ['update', 'running'],
      ['stop', 'stopped'],
    ] as const) {
      const done = await fleet.service.control(ann, id, { action, ...(action === 'update' && { image: 'another:2' }) });
      expect([action, done.success, done.server.state, done.server.drift]).toEqual([action, true, state, null]);
    }
    expect(await fleet.service.control(ann, id, { action: 'terminate' })).toMatchObject({ success: true });
    expect(fake.account.pods.size).toBe(0);
    await world.pass(3 * HOUR, fleet);
    const { usd, billed_usd, difference_usd } = await costOf(id);
    expect(usd).toBeGreaterThan(1.5 * 2 * 2);
    expect(Math.abs(difference_usd ?? 99)).toBeLessThan(0.02 * (billed_usd ?? 0));
  });

  it('idle: warned of, stopped, counted as saved', async () => {
    const { id } = await make();
    await world.pass(12 * MINUTE, fleet);
    expect(running()).toBe(0);
    expect(world.told()).toEqual(['created', 'started', 'idle_warning', 'idle_stopped']);
    await world.pass(10 * HOUR, fleet);
    expect((await costOf(id)).saved_hours).toBeGreaterThan(9.9);
    expect(await fleet.service.get(ann, id)).toMatchObject({ state: 'stopped', drift: null, cost_per_hour: 0 });
  });

  it('serverless: scaled, stopped without a switch of its own, started with what it had', async () => {
    const { server } = await fleet.service.create(ann, { type: 'serverless', config: { max_instances: 5 } });
    expect(server).toMatchObject({ state: 'running', current_instances: null, drift: null });
    await world.pass(MINUTE, fleet);
    expect(await fleet.service.get(ann, server.id)).toMatchObject({ current_instances: 0, drift: null });
    const [endpoint] = fake.account.endpoints.values();
    expect(await fleet.service.control(ann, 'serverless', { action: 'stop' })).toMatchObject({
      success: true,
      server: { state: 'stopped', drift: null },
    });
    expect(endpoint?.fields.workers).toMatchObject({ min: 0, max: 0 });
    await fleet.service.control(ann, 'serverless', { action: 'start' });
    expect(endpoint?.fields.workers).toMatchObject({ min: 0, max: 5 });
    await fleet.service.control(ann, 'serverless', { action: 'terminate' });
    expect(fake.account.endpoints.size).toBe(0);
  });

  it('famine: the next GPU; nothing to be had: nothing left', async () => {
    for (const gpu of fake.account.gpus) if (/H200|H100/.test(gpu.id)) gpu.free = 0;
    const server = await make({ fallback_gpu_types: ['H100', 'A100'] });
    expect(server.gpu?.id).toMatch(/A100/);
    await expect(make()).rejects.toMatchObject({ code: 'SERVER_004', details: { tried: expect.any(Array) } });
    await world.pass(MINUTE, fleet);
    const { servers, unknown } = await fleet.service.list(ann);
    expect([servers.length, unknown, fake.account.pods.size]).toEqual([1, [], 1]);
  });

  it("no balance: RunPod's own words", async () => {
    fake.account.balance = 0;
    await expect(make()).rejects.toMatchObject({
      code: 'SERVER_003',
      details: { provider_says: expect.stringContaining('balance') },
    });
    expect((await fleet.service.list(ann)).servers).toEqual([]);
  });

  it('an answer of a creation that is lost: there is one server, and it is known', async () => {
    fake.faults.add({ method: 'POST', path: '/v2/pods', times: 1, fault: { kind: 'lose' } });
    const { id } = await make();
    await world.pass(5 * MINUTE, fleet);
    expect(fake.account.pods.size).toBe(1);
    expect((await fleet.service.list(ann)).servers.map((one) => one.id)).toEqual([id]);
  });

  it('out of order for an hour, then throttled: told once, nothing lost, and idle shutdown goes on', async () => {
    const { id } = await make();
    fake.faults.add({ fault: { kind: 'status', status: 503 } });
    await world.pass(HOUR, fleet);
    expect((await fleet.service.list(ann)).provider).toMatchObject({ state: 'unreachable' });
    expect(world.events.filter(({ type }) => type === 'system_alert')).toHaveLength(1);
    fake.faults.clear();
    fake.faults.add({ times: 3, fault: { kind: 'status', status: 429, retryAfterS: 5 } });
    await world.pass(2 * MINUTE, fleet);
    expect((await fleet.service.list(ann)).provider).toMatchObject({ state: 'ok', reason: null });
    await world.pass(12 * MINUTE, fleet);
    expect(running()).toBe(0);
    expect((await fleet.service.get(ann, id)).state).toBe('stopped');
  });

  it('started while others rented its GPU: it stays stopped, in the words of RunPod', async () => {
    const { id } = await make();
    await fleet.service.control(ann, id, { action: 'stop' });
    for (const gpu of fake.account.gpus) gpu.free = 0;
    await expect(fleet.service.control(ann, id, { action: 'start' })).rejects.toMatchObject({ code: 'SERVER_004' });
    expect(await fleet.service.get(ann, id)).toMatchObject({ state: 'stopped', error: expect.any(String) });
  });

  it('lines of its log, the last ones and those that follow', async () => {
    const { id } = await make();
    const logs = await fleet.service.logs(ann, id, { lines: 5 });
    expect(logs.lines.length).toBeGreaterThan(0);
    expect(logs.lines[0]).toMatchObject({
      source: expect.stringMatching(/container|system/),
      text: expect.any(String),
    });
    const again = await fleet.service.logs(ann, id, { after: logs.cursor ?? '' });
    expect(again.lines).toEqual([]);
  });
});
