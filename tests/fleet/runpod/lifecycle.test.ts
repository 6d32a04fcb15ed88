import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Runpod } from '../../../src/fleet/runpod/open-runpod.ts';
import { cloudName, idOfCloudName, NoCapacity } from '../../../src/ports/gpu-cloud.ts';
import { type FakeRunpod, startFakeRunpod } from '../../fakes/runpod/fake-runpod.ts';
import { type ManualTime, manualTime } from '../../fakes/runpod/time.ts';
import { clientOf, ever, QuickClock, spec } from './support.ts';

let time: ManualTime;
let fake: FakeRunpod;
let runpod: Runpod;
beforeEach(async () => {
  time = manualTime();
  fake = await startFakeRunpod({ time });
  runpod = clientOf(fake, { clock: new QuickClock((ms) => time.advance(ms)) });
});
afterEach(async () => {
  await runpod.close();
  await fake.close();
});

describe('a timed server', () => {
  it('goes through its states, costs what it costs, and is gone', async () => {
    const { cloud } = runpod;
    const made = await cloud.create(spec(), ever);
    expect(made).toMatchObject({ type: 'timed', state: 'pending', url: null, costPerHour: 3.99, instances: 0 });
    const now = async () => (await cloud.get('timed', made.id, ever))?.state;
    time.advance(20_000);
    expect(await now()).toBe('starting');
    time.advance(10_000);
    const running = await cloud.get('timed', made.id, ever);
    expect(running).toMatchObject({ state: 'running', url: `${fake.url}/pod/${made.id}/8000`, instances: 1 });
    expect(running?.gpus).toEqual([{ utilization: 0, memory: 0 }]);
    time.advance(3_600_000);
    const stopped = await cloud.stop(made, ever);
    expect(stopped).toMatchObject({ state: 'stopped', costPerHour: 0, url: null });
    const paid = await cloud.billing('2026-11-28T00:00:00Z', ever);
    expect(paid.map(({ serverId }) => serverId)).toEqual([made.id, made.id]);
    const disk = (40 * 0.1) / 730;
    expect(paid.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(3.99 + disk, 9);
    expect((await cloud.start(made, null, ever)).state).toBe('starting');
    time.advance(10_000);
    expect((await cloud.restart(made, null, ever)).state).toBe('starting');
    await cloud.update(made, { image: 'ghcr.io/acme/mug:2.0.0', env: { A: '1' } }, ever);
    expect(fake.account.pods.get(made.id)?.fields).toMatchObject({ image: 'ghcr.io/acme/mug:2.0.0', env: { A: '1' } });
    await cloud.terminate(made, ever);
    await cloud.terminate(made, ever);
    expect(await cloud.get('timed', made.id, ever)).toBeNull();
    expect(await cloud.list(ever)).toEqual([]);
  });

  it('is stopped or started once, however often that is asked', async () => {
    const { cloud } = runpod;
    const made = await cloud.create(spec(), ever);
    await cloud.stop(made, ever);
    expect((await cloud.stop(made, ever)).state).toBe('stopped');
    await cloud.start(made, null, ever);
    expect((await cloud.start(made, null, ever)).state).toBe('starting');
    await expect(cloud.restart(made, null, ever)).rejects.toMatchObject({
      code: 'SERVER_002',
      details: { provider_says: "action 'restart' is not valid for a pod in status STARTING" },
    });
  });

  it('cannot be stopped while it is locked, in the words of RunPod', async () => {
    const made = await runpod.cloud.create(spec(), ever);
    const pod = fake.account.pods.get(made.id);
    if (pod) pod.locked = true;
    const locked = { code: 'SERVER_002', details: { provider_says: 'the pod is locked' } };
    await expect(runpod.cloud.stop(made, ever)).rejects.toMatchObject(locked);
  });

  it('finds no GPU where there is none, also when it starts again', async () => {
    fake.account.gpu('NVIDIA H200').free = 1;
    const one = await runpod.cloud.create(spec(), ever);
    const none = runpod.cloud.create(spec({ name: cloudName('srv_two') }), ever);
    await expect(none).rejects.toThrow(NoCapacity);
    await expect(none).rejects.toMatchObject({ says: 'no instances available for the requested GPU' });
    await runpod.cloud.stop(one, ever);
    const two = await runpod.cloud.create(spec({ name: cloudName('srv_two') }), ever);
    await expect(runpod.cloud.start(one, null, ever)).rejects.toThrow(NoCapacity);
    await runpod.cloud.terminate(two, ever);
    expect((await runpod.cloud.start(one, null, ever)).state).toBe('starting');
  });
});

describe('a serverless server', () => {
  const serverless = spec({ type: 'serverless' });

  it('is stopped by having no workers, and remembers nothing of them', async () => {
    const { cloud } = runpod;
    const made = await cloud.create(serverless, ever);
    expect(made).toMatchObject({
      type: 'serverless',
      state: 'running',
      costPerHour: null,
      workers: { min: 0, max: 3 },
    });
    expect(made.url).toBe(`${fake.url}/jobs/v2/${made.id}`);
    expect(await cloud.stop(made, ever)).toMatchObject({ state: 'stopped', url: null, workers: { min: 0, max: 0 } });
    expect(await cloud.start(made, { min: 1, max: 2 }, ever)).toMatchObject({ state: 'starting', instances: 0 });
    time.advance(8000);
    expect(await cloud.get('serverless', made.id, ever)).toMatchObject({ state: 'running', instances: 1 });
    const [worker] = fake.account.endpoints.get(made.id)?.workers.keys() ?? [];
    expect(await cloud.restart(made, { min: 1, max: 2 }, ever)).toMatchObject({ workers: { min: 1, max: 2 } });
    expect([...(fake.account.endpoints.get(made.id)?.workers.keys() ?? [])]).not.toContain(worker);
    await cloud.update(made, { workers: { min: 0, max: 5 } }, ever);
    expect((await cloud.get('serverless', made.id, ever))?.workers).toEqual({ min: 0, max: 5 });
    await cloud.terminate(made, ever);
    expect(await cloud.get('serverless', made.id, ever)).toBeNull();
  });

  it('asks for FlashBoot, the pool of the GPU and the scaling of its kind', async () => {
    await runpod.cloud.create(serverless, ever);
    await runpod.cloud.create(spec({ type: 'serverless', serving: 'load_balancer', name: cloudName('srv_lb') }), ever);
    const bodies = fake.calls.filter(({ method }) => method === 'POST').map(({ body }) => body);
    expect(bodies).toEqual([
      expect.objectContaining({ flashboot: 'FLASHBOOT', gpu: { pools: ['HOPPER_141'], count: 1 }, type: 'QUEUE' }),
      expect.objectContaining({ type: 'LOAD_BALANCER', scaling: { type: 'REQUEST_COUNT', requestCount: 4 } }),
    ]);
  });

  it('shows workers that wait for a GPU as starting', async () => {
    for (const gpu of fake.account.gpus) gpu.free = 0;
    const made = await runpod.cloud.create(spec({ type: 'serverless', workers: { min: 1, max: 1 } }), ever);
    expect(await runpod.cloud.get('serverless', made.id, ever)).toMatchObject({ state: 'starting', instances: 0 });
  });
});

it('knows its own by their names', async () => {
  await runpod.cloud.create(spec(), ever);
  await runpod.cloud.create(spec({ type: 'serverless', name: 'h200-mug-srv_two', workers: { min: 1, max: 1 } }), ever);
  await runpod.cloud.create(spec({ type: 'serverless', name: 'of somebody else' }), ever);
  const all = await runpod.cloud.list(ever);
  expect(all.map(({ name, instances }) => [idOfCloudName(name), instances])).toEqual([
    ['srv_one', 0],
    ['srv_two', 0],
    [null, null],
  ]);
});

it('reads prices and stock from the catalogue', async () => {
  fake.account.gpu('NVIDIA H200').free = 3;
  const timed = await runpod.cloud.catalog('timed', ever);
  const h200 = { id: 'NVIDIA H200', pool: 'HOPPER_141', memoryGb: 141, price: { timed: 3.99, serverless: 5.58 } };
  expect(timed.find(({ id }) => id === 'NVIDIA H200')).toEqual({ ...h200, name: 'H200 SXM', availability: 'low' });
  const none = { pool: null, price: { timed: null, serverless: null } };
  expect(timed.find(({ id }) => id === 'NVIDIA GeForce RTX 3070')).toMatchObject(none);
  expect(await runpod.cloud.catalog('serverless', ever)).toHaveLength(timed.length);
});
