import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ServerRecord } from '../../src/fleet/record.ts';
import { ann, World } from './open-fleet.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

/** As earlier versions kept it. */
async function oldServer() {
  const fleet = world.process();
  const { server } = await fleet.service.create(ann, { type: 'timed', config: { env: { NODE_ENV: 'production' } } });
  const { registry } = world.records;
  const entry = await registry.get('server', server.id);
  const record = entry!.value as ServerRecord;
  const env = { ...record.config.env, H200_API_TOKEN: 'in-clear-text', MONGODB_ATLAS_URI: 'mongodb://me:word@db/x' };
  const { forgotten_env: _, ...earlier } = record;
  const value = { ...earlier, config: { ...record.config, env } };
  await registry.replace('server', { ...entry!, version: entry!.version + 1, value });
  await fleet.close();
  return server.id;
}
const stored = async (id: string) => JSON.stringify(await world.records.registry.get('server', id));

it('secrets that an earlier version stored are taken out at the start, and it is said which', async () => {
  const id = await oldServer();
  expect(await stored(id)).toContain('in-clear-text');
  const fleet = world.process();
  fleet.start();
  await expect.poll(() => stored(id), { timeout: 20_000 }).not.toContain('in-clear-text');
  const text = await stored(id);
  expect(text).not.toContain('me:word');
  expect(text).toContain('"NODE_ENV":"production"');
  await expect.poll(() => world.events.some((one) => one.type === 'system_alert'), { timeout: 20_000 }).toBe(true);
  const told = world.events.find((one) => one.type === 'system_alert');
  expect(told).toMatchObject({ message: expect.stringContaining(`H200_API_TOKEN, MONGODB_ATLAS_URI of ${id}`) });
  expect(JSON.stringify(world.events)).not.toContain('in-clear-text');
  const { config } = await fleet.service.get(ann, id);
  expect(config.env).toEqual(['NODE_ENV', 'H200_API_TOKEN', 'MONGODB_ATLAS_URI']);
});

it('what runs keeps them: an update leaves its environment alone until it is given anew', async () => {
  const id = await oldServer();
  const fleet = world.process();
  fleet.start();
  await expect.poll(() => stored(id), { timeout: 20_000 }).not.toContain('in-clear-text');
  const sent: unknown[] = [];
  const update = world.cloud.update.bind(world.cloud);
  world.cloud.update = (...given: Parameters<typeof update>) => {
    sent.push(given[1].env);
    return update(...given);
  };
  await fleet.service.control(ann, id, { action: 'update', image: 'ghcr.io/acme/mug:2' });
  await fleet.service.control(ann, id, { action: 'update', env: { NODE_ENV: 'test' } });
  await fleet.service.control(ann, id, { action: 'update', image: 'ghcr.io/acme/mug:3' });
  expect(sent).toEqual([undefined, { NODE_ENV: 'test' }, { NODE_ENV: 'test' }]);
});
