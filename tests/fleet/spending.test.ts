import { beforeEach, describe, expect, it } from 'vitest';
import { consider, type Wish } from '../../src/fleet/spending.ts';
import { createFakeFleet, type FakeFleet } from '../gateway/fake-fleet.ts';
import { localCall } from '../support/caller.ts';

let fleet: FakeFleet;
const of = (wish: Wish) => consider(fleet, localCall, wish);
beforeEach(async () => {
  fleet = createFakeFleet();
  await fleet.create(localCall, { type: 'timed' });
  await fleet.create(localCall, { type: 'serverless' });
});

describe('nobody is shown a price of what cannot be done', () => {
  it.each([
    ['more at least than at most', { min_instances: 5, max_instances: 1 }],
    ['more at least than there may be', { min_instances: 4 }],
  ])('scaling: %s', async (_what, instances) => {
    await expect(of({ action: 'scale', target: 'serverless', ...instances })).rejects.toMatchObject({
      code: 'VALIDATION_002',
      details: { field: 'min_instances' },
    });
  });

  it('scaling one machine', async () => {
    await expect(of({ action: 'scale', target: 'timed', max_instances: 5 })).rejects.toMatchObject({
      code: 'VALIDATION_002',
      message: expect.stringContaining('cannot be scaled'),
    });
  });

  it('restarting what stands still', async () => {
    await fleet.control(localCall, 'timed', { action: 'stop' });
    await expect(of({ action: 'restart', target: 'timed' })).rejects.toMatchObject({ code: 'SERVER_002' });
    expect(await of({ action: 'start', target: 'timed' })).toMatchObject({ plan: { price_per_hour: 3.99 } });
  });

  it('what can be done is priced', async () => {
    expect(await of({ action: 'scale', target: 'serverless', min_instances: 2 })).toMatchObject({
      plan: { action: 'scale', always_per_hour: 7.98 },
    });
  });
});
