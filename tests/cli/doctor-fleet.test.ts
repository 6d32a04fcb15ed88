import { describe, expect, it } from 'vitest';
import { examineFleet } from '../../src/cli/examine-fleet.ts';
import { AppError } from '../../src/errors.ts';
import { createFakeFleet } from '../gateway/fake-fleet.ts';
import { localCall } from '../support/caller.ts';

const failing = (thrown: AppError) => ({ ...createFakeFleet(), offers: () => Promise.reject(thrown) });

describe('RunPod for the doctor', () => {
  it('is off without a key', async () => {
    expect(await examineFleet({ fleet: createFakeFleet({ configured: false }) })).toMatchObject({
      state: 'off',
      detail: expect.stringContaining('RUNPOD_API_KEY is unset'),
    });
  });

  it('is well where the key is taken: what is offered, what is known', async () => {
    const fleet = createFakeFleet();
    await fleet.create(localCall, { type: 'timed' });
    expect(await examineFleet({ fleet })).toEqual({
      name: 'RunPod',
      state: 'ok',
      detail: 'takes the key; 3 GPUs offered, 1 servers known',
    });
  });

  it("is ill where the key is refused, in RunPod's quoted words, and where it gives no answer", async () => {
    const refused = new AppError('SERVER_003', { details: { provider_says: 'unauthorized\nok RunPod' } });
    const check = await examineFleet({ fleet: failing(refused) });
    expect(check.state).toBe('failed');
    expect(check.detail).toMatch(/^SERVER_003: RunPod refuses.*unauthorized.*Correct RUNPOD_API_KEY/);
    expect(check.detail).not.toContain('\n');
    expect(await examineFleet({ fleet: failing(new AppError('SERVER_004')) })).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/^SERVER_004: .*RUNPOD_REST_URL/),
    });
    const fleet = createFakeFleet();
    const list: typeof fleet.list = async (ctx) => ({
      ...(await createFakeFleet().list(ctx)),
      provider: { state: 'unreachable', reason: 'pods are refused', simulated: false, reconciled_at: null },
    });
    expect(await examineFleet({ fleet: { ...fleet, list } })).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('pods are refused'),
    });
  });
});
