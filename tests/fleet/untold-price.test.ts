import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Fleet } from '../../src/fleet/create-fleet.ts';
import type { CloudServer } from '../../src/ports/gpu-cloud.ts';
import { costText, serverLine } from '../../src/presentation/server-answer.ts';
import { ann, World } from './open-fleet.ts';

let world: World;
let fleet: Fleet;
/** So many answers of the provider are without a price. */
let silent: number;
beforeEach(() => {
  world = new World();
  silent = Number.POSITIVE_INFINITY;
  const { cloud } = world;
  const { create, get, list } = cloud;
  const without = (server: CloudServer): CloudServer => {
    silent -= 1;
    return silent < 0 ? server : { ...server, costPerHour: null };
  };
  cloud.create = async (...given) => without(await create.apply(cloud, given));
  cloud.get = async (...given) => {
    const found = await get.apply(cloud, given);
    return found && without(found);
  };
  cloud.list = async () => (await list.apply(cloud)).map(without);
  fleet = world.process();
});
afterEach(() => world.close());

it('with a limit a server whose price nobody tells is ended, and that is said', async () => {
  const made = fleet.service.create(ann, { type: 'timed', max_price: 4 });
  await expect(made).rejects.toMatchObject({
    code: 'SERVER_004',
    message: expect.stringContaining('does not tell what it costs'),
    details: { max_price: 4, price_per_hour: null },
  });
  await world.pass(60_000, fleet);
  expect(world.cloud.machines.size).toBe(0);
  expect((await fleet.service.list(ann)).servers).toEqual([]);
});

it('one whose price is told a little later is kept', async () => {
  silent = 3;
  const { success, server } = await fleet.service.create(ann, { type: 'timed', max_price: 4 });
  expect(success).toBe(true);
  expect(server).toMatchObject({ state: 'running', cost_per_hour: 3.99, drift: null });
});

it('and one that is too dear by then is ended', async () => {
  silent = 3;
  const { catalogue } = world.cloud;
  world.cloud.before = (what) => {
    if (what === 'create')
      world.cloud.catalogue = catalogue.map((one) => ({ ...one, price: { timed: 50, serverless: 50 } }));
  };
  await expect(fleet.service.create(ann, { type: 'timed', max_price: 4 })).rejects.toThrow('$50 an hour');
  expect(world.cloud.machines.size).toBe(0);
});

it('without a limit it is kept, warned of, and nobody makes up what it costs', async () => {
  const { success, server, warnings } = await fleet.service.create(ann, { type: 'timed', protected: true });
  expect(success).toBe(true);
  const words = expect.stringContaining('does not tell its price');
  expect(warnings).toEqual([words]);
  expect(server).toMatchObject({ cost_per_hour: null, total_cost: null, drift: words });
  await world.pass(3_600_000, fleet);
  const report = await fleet.service.cost(ann);
  expect(report).toMatchObject({ usd: 0, not_billed_yet: 0, cost_per_hour_now: null, servers: [{ usd: null }] });
  expect(costText(report)).toContain('its price was never told');
  expect(serverLine((await fleet.service.list(ann)).servers[0]!)).toContain('what it cost is not known');
  silent = 0;
  await world.pass(3_600_000, fleet);
  const [later] = (await fleet.service.list(ann)).servers;
  expect(later).toMatchObject({ cost_per_hour: 3.99, drift: null });
  expect(later?.total_cost).toBeCloseTo(3.99, 1);
});
