import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fleet } from '../../src/fleet/create-fleet.ts';
import { ann, World } from './open-fleet.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let world: World;
let fleet: Fleet;
beforeEach(() => {
  world = new World();
  fleet = world.process();
});
afterEach(() => world.close());

const isOn = async (id: string) => (await fleet.service.get(ann, id)).state === 'running';

/** A request as the router sends it: the server is started where it stands still. */
async function request(id: string): Promise<void> {
  if (!(await isOn(id))) await fleet.service.control(ann, id, { action: 'start' });
  const over = await fleet.use.use(id);
  over('done');
}

describe('a week of bursts', () => {
  it('idle shutdown stops it between them, and what that saves is said to the cent', { timeout: 120_000 }, async () => {
    // Rounds of two and a half minutes: a week has four thousand of them.
    world.everyMs = 2.5 * MINUTE;
    fleet = world.process();
    const { id } = (await fleet.service.create(ann, { type: 'timed' })).server;
    const begun = world.clock.now().getTime();
    // Seven days: an hour of work at 9, 14 and 16 o'clock on five of them, a weekend without any.
    for (let day = 0; day < 7; day += 1) {
      for (let hour = 0; hour < 24; hour += 1) {
        const works = day < 5 && [9, 14, 16].includes(hour);
        for (let minute = 0; minute < 60; minute += 5) {
          if (works) await request(id);
          await world.pass(5 * MINUTE, fleet);
        }
      }
    }
    const report = await fleet.service.cost(ann);
    const [server] = report.servers;
    const always = ((world.clock.now().getTime() - begun) / HOUR) * 3.99;
    expect(report.usd).toBeCloseTo(world.cloud.trueCost(), 1);
    // What it cost and what was saved are together what it would have cost, but for the time until it is seen standing still.
    expect(report.usd + (report.saved_usd ?? 0)).toBeGreaterThan(always - 1);
    expect(report.usd + (report.saved_usd ?? 0)).toBeLessThan(always + 1);
    expect(report.saved_usd).toBeGreaterThan(0.85 * always);
    expect(Math.abs(server?.difference_usd ?? 99)).toBeLessThan(0.2);
    expect(world.told('idle_stopped')).toHaveLength(16);
    expect(world.told('error')).toEqual([]);
  });
});

describe('trouble', () => {
  it('capacity famine: another GPU is taken, and a start that fails says why and costs nothing', async () => {
    const { id } = (await fleet.service.create(ann, { type: 'timed' })).server;
    await fleet.service.control(ann, id, { action: 'stop' });
    for (const one of world.cloud.catalogue.slice(0, 4)) world.cloud.famine.add(one.id);
    const before = world.cloud.trueCost();
    for (let tries = 0; tries < 10; tries += 1) {
      await expect(request(id)).rejects.toMatchObject({ code: 'SERVER_004' });
      await world.pass(5 * MINUTE, fleet);
    }
    expect(world.cloud.trueCost()).toBe(before);
    const other = await fleet.service.create(ann, {
      type: 'timed',
      fallback_gpu_types: ['H100', 'A100'],
      max_price: 3,
    });
    expect(other.server.gpu?.id).toBe('NVIDIA A100-SXM4-80GB');
    world.cloud.famine.clear();
    await request(id);
    expect(await isOn(id)).toBe(true);
  });

  it('the provider is gone for an hour: nothing is stopped, made or forgotten, and afterwards all goes on', async () => {
    const { id } = (await fleet.service.create(ann, { type: 'timed' })).server;
    world.cloud.isDown = true;
    await world.pass(HOUR, fleet);
    await expect(fleet.service.create(ann, { type: 'timed' })).rejects.toMatchObject({ code: 'SERVER_004' });
    const over = await fleet.use.use(id);
    over('done');
    expect(world.cloud.machines.size).toBe(1);
    world.cloud.isDown = false;
    await world.pass(MINUTE, fleet);
    expect(await isOn(id)).toBe(true);
    expect((await fleet.service.cost(ann)).usd).toBeCloseTo(world.cloud.trueCost(), 2);
    await world.pass(15 * MINUTE, fleet);
    expect(world.cloud.running()).toEqual([]);
  });

  it('an idle stop that fails is tried again until it is done', async () => {
    await fleet.service.create(ann, { type: 'timed' });
    let failures = 0;
    world.cloud.before = (what) => {
      if (what === 'stop' && failures < 5) {
        failures += 1;
        throw new Error('connection reset');
      }
    };
    await world.pass(15 * MINUTE, fleet);
    expect(failures).toBe(5);
    expect(world.cloud.running()).toEqual([]);
    expect(world.told('idle_stopped')).toHaveLength(1);
  });
});
