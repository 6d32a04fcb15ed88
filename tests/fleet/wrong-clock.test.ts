import { expect, it } from 'vitest';
import { RateGate } from '../../src/fleet/runpod/rate-gate.ts';
import { ann, World } from './open-fleet.ts';

it('a use that has not been yet puts idle shutdown off no longer than one of now', async () => {
  const world = new World();
  try {
    const fleet = world.process();
    const { server } = await fleet.service.create(ann, { type: 'timed' });
    await world.pass(60_000, fleet);
    const ahead = world.process({ now: () => new Date(world.clock.now().getTime() + 7_200_000) });
    await ahead.use.touched(server.id);
    await ahead.round();
    await world.pass(15 * 60_000, fleet);
    expect((await fleet.service.list(ann)).servers[0]?.state).toBe('stopped');
  } finally {
    await world.close();
  }
});

it.each([
  ['a pause of a day', (gate: RateGate) => gate.close(86_400_000, 0)],
  ['a window of eleven days', (gate: RateGate) => gate.read('"default";r=0;t=999999', 0)],
  ['a clock that was hours ahead', (gate: RateGate) => gate.close(30_000, 7_200_000)],
])('%s ends after two minutes: what costs money can be stopped', (_, close) => {
  const gate = new RateGate();
  close(gate);
  expect(gate.take(0)).toBeGreaterThan(0);
  expect(gate.take(0)).toBeLessThanOrEqual(120_000);
  expect(gate.take(120_001)).toBe(0);
});
