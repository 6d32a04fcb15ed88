import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fleet } from '../../src/fleet/create-fleet.ts';
import { idOfCloudName } from '../../src/ports/gpu-cloud.ts';
import { type Death, Mortal } from './mortal.ts';
import { ann, World } from './open-fleet.ts';

/** Our process is killed at every single step of everything that it can do; the next one finds its way. */
const MINUTE = 60_000;
let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

const STORIES: Record<string, (fleet: Fleet) => Promise<unknown>> = {
  create: (fleet) => fleet.service.create(ann, { type: 'timed', fallback_gpu_types: ['H100'] }),
  'create serverless': (fleet) => fleet.service.create(ann, { type: 'serverless' }),
  stop: (fleet) => fleet.service.control(ann, 'timed', { action: 'stop' }),
  start: (fleet) => fleet.service.control(ann, 'timed', { action: 'start' }),
  restart: (fleet) => fleet.service.control(ann, 'timed', { action: 'restart' }),
  terminate: (fleet) => fleet.service.control(ann, 'timed', { action: 'terminate' }),
  update: (fleet) => fleet.service.control(ann, 'timed', { action: 'update', image: 'another' }),
  'idle shutdown': (fleet) => world.pass(15 * MINUTE, fleet),
};

/** What was there before each story. */
async function prepare(story: string): Promise<void> {
  if (story.startsWith('create')) {
    world.cloud.famine.add('NVIDIA H200');
    return;
  }
  const fleet = world.process();
  await fleet.service.create(ann, { type: 'timed' });
  if (story === 'start') await fleet.service.control(ann, 'timed', { action: 'stop' });
  await fleet.close();
}

async function tell(story: string, death: Death): Promise<boolean> {
  await prepare(story);
  const mortal = new Mortal(death);
  const fleet = world.process(mortal.parts({ registry: world.records.registry, cloud: world.cloud }));
  await STORIES[story]!(fleet).catch(() => undefined);
  const died = mortal.isDead;
  mortal.kill();
  await fleet.close();
  const next = world.process();
  await world.pass(10 * MINUTE, next);
  await expectOrder(next);
  // Nobody uses anything: soon nothing costs anything, and what was counted is what was spent.
  await world.pass(15 * MINUTE, next);
  expect(world.cloud.running()).toEqual([]);
  const { usd } = await next.service.cost(ann);
  expect(Math.abs(usd - world.cloud.trueCost())).toBeLessThan(0.11);
  return died;
}

/** Everything that there is is known, and as it is said to be. */
async function expectOrder(fleet: Fleet): Promise<void> {
  const { servers } = await fleet.service.list(ann);
  const known = new Map(servers.map((one) => [one.id, one]));
  for (const { spec, id, state } of world.cloud.machines.values()) {
    const server = known.get(idOfCloudName(spec.name) ?? '');
    expect(server?.provider_id).toBe(id);
    expect(server?.state).toBe(spec.type === 'serverless' || state === 'on' ? 'running' : 'stopped');
  }
  for (const { state } of servers) expect(state).toMatch(/running|stopped/);
  expect(world.cloud.machines.size).toBe(servers.length);
}

describe.each(Object.keys(STORIES))('killed at every step of: %s', (story) => {
  it.each([true, false])('what it asked for last takes effect: %s', { timeout: 120_000 }, async (lastTakesEffect) => {
    let steps = 0;
    for (let after = 0; after < 600; after += story === 'idle shutdown' ? 7 : 1) {
      const died = await tell(story, { after, lastTakesEffect });
      await world.close();
      world = new World();
      if (!died) break;
      steps = after;
    }
    expect(steps).toBeGreaterThan(5);
    expect(steps).toBeLessThan(590);
  });
});
