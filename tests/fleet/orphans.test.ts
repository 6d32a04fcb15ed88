import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fleet } from '../../src/fleet/create-fleet.ts';
import { Mortal } from './mortal.ts';
import { ann, World } from './open-fleet.ts';

/** The creator was killed while RunPod answered, and nobody looks after the servers: no round is done here. */
let world: World;
let next: Fleet;
let id: string;

beforeEach(async () => {
  world = new World();
  const mortal = new Mortal(null);
  const dead = world.process(mortal.parts({ registry: world.records.registry, cloud: world.cloud }));
  // RunPod takes a second.
  world.cloud.before = () => world.clock.advance(1000);
  world.cloud.after = (what) => {
    if (what === 'create') mortal.kill();
  };
  await dead.service.create(ann, { type: 'timed' }).catch(() => undefined);
  world.cloud.after = () => {};
  world.cloud.before = () => {};
  await dead.close();
  id = (await world.records.registry.list('server', null, { limit: 1 })).items[0]!.id;
  world.clock.advance(20_000);
  next = world.process();
});
afterEach(() => world.close());

const terminate = (force: boolean) => next.service.control(ann, id as 'timed', { action: 'terminate', force });
const overAt = async () => {
  const { value } = (await world.records.registry.get('server', id))!;
  return (value as { terminated_at: string | null }).terminated_at;
};

describe('a server whose creator was killed while the provider answered', () => {
  it.each([true, false])('is terminated at once, forced or not: %s', async (force) => {
    expect(await terminate(force)).toMatchObject({
      success: true,
      duration_seconds: 0,
      server: { state: 'terminated', provider_id: 'pod1', cost_per_hour: 0 },
    });
    expect(world.cloud.machines.size).toBe(0);
    expect((await next.service.cost(ann)).usd).toBeCloseTo(world.cloud.trueCost(), 4);
  });

  it('is adopted by whoever looks at it, with what it cost until then', async () => {
    const seen = await next.service.get(ann, id as 'timed');
    expect(seen).toMatchObject({ state: 'starting', provider_id: 'pod1', cost_per_hour: 3.99 });
    expect(seen.total_cost).toBeCloseTo(world.cloud.trueCost(), 4);
    world.clock.advance(30_000);
    expect((await next.service.list(ann)).servers).toMatchObject([{ id, state: 'running', error: null }]);
  });

  it('is adopted by the list too, though all were looked at a moment ago', async () => {
    world.cloud.hidden.add('pod1');
    await next.service.list(ann);
    world.cloud.hidden.clear();
    expect((await next.service.list(ann)).servers).toMatchObject([{ id, state: 'starting', provider_id: 'pod1' }]);
  });

  it('a provider that does not answer leaves it as it is', async () => {
    world.cloud.isDown = true;
    expect((await next.service.list(ann)).servers).toMatchObject([{ id, state: 'pending', provider_id: null }]);
  });

  it('one that shows only later is ended while its termination waits', async () => {
    world.cloud.hidden.add('pod1');
    const advance = world.clock.advance;
    let slept = 0;
    world.clock.advance = (ms) => {
      advance(ms);
      slept += ms;
      if (slept >= 9000) world.cloud.hidden.clear();
    };
    const done = await terminate(true);
    expect(done).toMatchObject({ success: true, server: { state: 'terminated', provider_id: 'pod1' } });
    expect(done.duration_seconds).toBeLessThan(15);
    expect(world.cloud.machines.size).toBe(0);
  });

  it('one that never came to be is over when it would have shown, at once where that time is past', async () => {
    world.cloud.machines.clear();
    const soon = await terminate(true);
    expect(soon).toMatchObject({ success: true, server: { provider_id: null } });
    expect(soon.duration_seconds).toBeLessThanOrEqual(125);
    expect(await overAt()).not.toBeNull();
    expect(world.told()).toEqual(['terminated']);
  });

  it('at once where it would have shown long ago', async () => {
    world.cloud.machines.clear();
    world.clock.advance(300_000);
    expect(await terminate(false)).toMatchObject({ success: true, duration_seconds: 0 });
  });
});

it('while its creator lives it is not looked for, and needs force', async () => {
  const other = world.process();
  let refused: unknown;
  world.cloud.before = async (what) => {
    if (what !== 'create') return;
    const { items } = await world.records.registry.list('server', null, { limit: 1 });
    const mine = items[0]!.id as 'timed';
    refused = await other.service.control(ann, mine, { action: 'terminate' }).catch((thrown: unknown) => thrown);
    expect(await other.service.get(ann, mine)).toMatchObject({ state: 'pending', provider_id: null });
  };
  await next.service.create(ann, { type: 'timed' });
  expect(refused).toMatchObject({ code: 'SERVER_002' });
});
