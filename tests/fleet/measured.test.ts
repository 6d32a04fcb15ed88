import { afterEach, beforeEach, expect, it } from 'vitest';
import { samplesOf, seriesValue } from '../support/scrape.ts';
import { ann, World } from './open-fleet.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

const value = async (name: string, labels: Record<string, string>) =>
  seriesValue(samplesOf(await world.metrics.exposition()), name, labels);

it('what is rented and for how long nobody uses it is measured with each look', async () => {
  const fleet = world.process();
  const { server } = await fleet.service.create(ann, { type: 'timed', config: { idle_timeout_seconds: 3600 } });
  await fleet.use.touched(server.id);
  await world.pass(60_000, fleet);
  expect(await value('h200_gpu_servers', { server_type: 'timed', state: 'running' })).toBe(1);
  expect(await value('h200_gpu_servers', { server_type: 'serverless' })).toBe(0);
  await world.pass(20 * 60_000, fleet);
  const idle = await value('h200_gpu_server_idle_seconds', { server_type: 'timed' });
  expect(idle).toBeGreaterThan(1100);
  expect(idle).toBeLessThan(1400);
  await fleet.service.control(ann, server.id, { action: 'terminate' });
  await world.pass(60_000, fleet);
  expect(await value('h200_gpu_servers', {})).toBe(0);
  expect(await value('h200_gpu_server_idle_seconds', {})).toBe(0);
});
