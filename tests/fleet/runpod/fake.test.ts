import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeRunpod, startFakeRunpod } from '../../fakes/runpod/fake-runpod.ts';
import { type ManualTime, manualTime } from '../../fakes/runpod/time.ts';
import { until } from '../../support/receiver.ts';

/** What the fake knows that the published schemas do not say: rules between fields, clocks and states. */
let time: ManualTime;
let fake: FakeRunpod;
beforeEach(async () => {
  time = manualTime();
  fake = await startFakeRunpod({ time });
});
afterEach(() => fake.close());

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(`${fake.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${fake.key}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
  return { status: response.status, headers: response.headers, body: (text === '' ? null : JSON.parse(text)) as any };
}
const pod = { name: 'a', image: 'b', gpu: { id: 'NVIDIA H200' } };
const queue = {
  name: 'a',
  image: 'b',
  type: 'QUEUE',
  gpu: { pools: ['HOPPER_141'] },
  scaling: { type: 'QUEUE_DELAY', queueDelay: 4 },
};
const balancer = { ...queue, type: 'LOAD_BALANCER', scaling: { type: 'REQUEST_COUNT', requestCount: 1 } };
const create = async (path: string, body: object) => {
  const made = await ask('POST', path, body);
  expect(made).toMatchObject({ status: 201 });
  return made.body;
};

describe('rules between fields', () => {
  it.each([
    ['no gpu and no cpu', { ...pod, gpu: undefined }, 400],
    ['a pool in place of a type', { ...pod, gpu: { id: 'HOPPER_141' } }, 400],
    [
      'two ways of CUDA',
      { ...pod, gpu: { id: 'NVIDIA H200', allowedCudaVersions: ['12.8'], minCudaVersion: '12.1' } },
      400,
    ],
    ['CUDA on a CPU', { ...pod, gpu: undefined, cpu: { id: 'cpu3c', vcpuCount: 2, minCudaVersion: '12.1' } }, 422],
    ['three vCPUs', { ...pod, gpu: undefined, cpu: { id: 'cpu3c', vcpuCount: 3 } }, 400],
    ['both mounts', { ...pod, mounts: { persistent: { size: 10, path: '/a' }, network: [] } }, 400],
    [
      'a disk on a CPU',
      { ...pod, gpu: undefined, cpu: { id: 'cpu3c', vcpuCount: 2 }, mounts: { persistent: { size: 10, path: '/a' } } },
      400,
    ],
    ['no such volume', { ...pod, mounts: { network: [{ volumeId: 'v', path: '/a' }] } }, 404],
    ['not offered there', { ...pod, cloud: 'COMMUNITY' }, 400],
  ])('of pods: %s', async (_, body, status) => {
    expect((await ask('POST', '/v2/pods', body)).status).toBe(status);
  });

  it.each([
    ['a type in place of a pool', { ...queue, gpu: { pools: ['NVIDIA H200'] } }, 400],
    ['an unknown exclusion', { ...queue, gpu: { pools: ['HOPPER_141'], excludedTypes: ['H100'] } }, 400],
    ['nothing left', { ...queue, gpu: { pools: ['ADA_24'], excludedTypes: ['NVIDIA GeForce RTX 4090'] } }, 400],
    [
      'an idle time of requests',
      { ...queue, scaling: { type: 'REQUEST_COUNT', requestCount: 1 }, workers: { idleTimeout: 5 } },
      400,
    ],
    ['a queue delay of a balancer', { ...balancer, scaling: queue.scaling }, 422],
    ['more at least than at most', { ...queue, workers: { min: 4 } }, 400],
  ])('of endpoints: %s', async (_, body, status) => {
    expect((await ask('POST', '/v2/serverless', body)).status).toBe(status);
  });

  it('of changed pods: the kind of mount and its volume stay', async () => {
    const volume = await create('/v2/network-volumes', { name: 'v', size: 20, dataCenter: 'EU-RO-1' });
    const mounts = { network: [{ volumeId: volume.id, path: '/models' }] };
    const { id } = await create('/v2/pods', { ...pod, mounts, env: { A: '1' } });
    const change = async (body: object) => (await ask('PATCH', `/v2/pods/${id}`, body)).status;
    expect(await change({ mounts: { network: [] } })).toBe(400);
    expect(await change({ mounts: { network: [{ volumeId: 'other', path: '/a' }] } })).toBe(400);
    expect(await change({ mounts: { persistent: { size: 10, path: '/a' } } })).toBe(400);
    expect(
      await change({ mounts: { network: [{ volumeId: volume.id, path: '/b' }] }, env: { B: '2' }, ports: [] }),
    ).toBe(200);
    expect((await ask('GET', `/v2/pods/${id}`)).body).toMatchObject({ env: { B: '2' }, ports: [], image: 'b' });
    expect((await ask('PATCH', `/v2/network-volumes/${volume.id}`, { size: 10 })).status).toBe(400);
    expect((await ask('PATCH', `/v2/network-volumes/${volume.id}`, {})).status).toBe(422);
    expect((await ask('DELETE', `/v2/pods/${id}`)).status).toBe(204);
    expect((await ask('GET', `/v2/network-volumes/${volume.id}`)).status).toBe(200);
  });

  it('of changed endpoints: family, exclusions and CUDA', async () => {
    const excludedTypes = ['NVIDIA H200 NVL'];
    const { id } = await create('/v2/serverless', { ...queue, gpu: { pools: ['HOPPER_141'], excludedTypes } });
    const change = async (body: object) => ask('PATCH', `/v2/serverless/${id}`, body);
    expect((await change({ cpu: [{ id: 'cpu3c', vcpuCount: 2 }] })).status).toBe(400);
    expect((await change({ gpu: { excludedTypes } })).status).toBe(422);
    expect((await change({ gpu: { minCudaVersion: '12.1' } })).body.gpu).toMatchObject({
      minCudaVersion: '12.1',
      excludedTypes,
    });
    expect((await change({ gpu: { allowedCudaVersions: ['12.8'] } })).status).toBe(400);
    const cleared = await change({ gpu: { pools: ['HOPPER_141'], minCudaVersion: '' } });
    expect(cleared.body.gpu).toEqual({
      pools: ['HOPPER_141'],
      count: 1,
      allowedCudaVersions: [],
      minCudaVersion: null,
    });
    const counted = await change({ scaling: { type: 'REQUEST_COUNT', requestCount: 2 } });
    expect(counted.body.workers).toEqual({ min: 0, max: 3 });
  });

  it('of templates: kind, merged variables, no link', async () => {
    const template = await create('/v2/templates', { name: 't', image: 'i', env: { A: '1', B: '1' }, registry: null });
    const made = await create('/v2/pods', { name: 'a', gpu: pod.gpu, templateId: template.id, env: { B: '2' } });
    expect(made).toMatchObject({ image: 'i', env: { A: '1', B: '2' }, template: null });
    expect((await ask('POST', '/v2/serverless', { ...queue, templateId: template.id })).status).toBe(422);
    expect((await ask('POST', '/v2/pods', { ...pod, templateId: 'none' })).status).toBe(404);
  });

  it('of registries: none that is in use is deleted', async () => {
    const { id } = await create('/v2/registries', { name: 'r', username: 'u', password: 'p' });
    await create('/v2/pods', { ...pod, registry: id });
    expect((await ask('DELETE', `/v2/registries/${id}`)).status).toBe(400);
  });
});

describe('pods', () => {
  it('offer the actions of their state, and nothing else works', async () => {
    const { id } = await create('/v2/pods', pod);
    const seen = async () => {
      const { body } = await ask('GET', `/v2/pods/${id}`);
      return [body.status, ...body.actions, body.cost];
    };
    const act = async (action: string) => (await ask('POST', `/v2/pods/${id}/action`, { action })).status;
    expect(await seen()).toEqual(['PROVISIONING', 'stop', 'terminate', 3.99]);
    expect([await act('start'), await act('restart')]).toEqual([409, 409]);
    time.advance(20_000);
    expect(await seen()).toEqual(['STARTING', 'stop', 'terminate', 3.99]);
    time.advance(10_000);
    expect(await seen()).toEqual(['RUNNING', 'stop', 'restart', 'terminate', 3.99]);
    expect((await ask('GET', `/v2/pods/${id}`)).body.runtime).toMatchObject({ uptime: 0, gpus: [{ util: 0 }] });
    expect(await act('start')).toBe(409);
    await act('stop');
    expect(await seen()).toEqual(['EXITED', 'start', 'terminate', 0]);
    expect([await act('stop'), await act('restart'), await act('start')]).toEqual([409, 409, 200]);
    fake.account.pods.get(id)?.fail(time.now());
    expect((await seen()).slice(0, 3)).toEqual(['ERROR', 'start', 'terminate']);
    expect([await act('terminate'), await act('terminate')]).toEqual([204, 404]);
  });

  it('of a cluster are not listed and cannot be touched', async () => {
    const { id } = await create('/v2/pods', pod);
    const member = fake.account.pods.get(id);
    if (member) member.clusterId = 'c1';
    expect((await ask('GET', '/v2/pods')).body.pods).toEqual([]);
    expect((await ask('GET', '/v2/pods?includeClusterPods=true')).body.pods).toHaveLength(1);
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'b' }],
      ['DELETE', '', undefined],
      ['POST', '/action', { action: 'stop' }],
    ] as const) {
      expect((await ask(method, `/v2/pods/${id}${path}`, body)).status).toBe(409);
    }
  });

  it('are reached by their ports while they run', async () => {
    const container = createServer((request, response) => void response.end(`hello ${request.url}`));
    await new Promise<void>((done) => container.listen(0, '127.0.0.1', done));
    const { id } = await create('/v2/pods', { ...pod, ports: ['8000/http'] });
    fake.containers.targets.set(`${id}/8000`, `http://127.0.0.1:${(container.address() as AddressInfo).port}`);
    const reach = async (port = 8000) => {
      const response = await fetch(`${fake.url}/pod/${id}/${port}/x?y=1`);
      return [response.status, await response.text()];
    };
    expect((await reach())[0]).toBe(502);
    time.advance(30_000);
    expect(await reach()).toEqual([200, 'hello /x?y=1']);
    expect((await reach(9090))[0]).toBe(502);
    container.closeAllConnections();
    await new Promise((done) => container.close(done));
  });

  it('are billed to the hour for as long as they ran, at what they cost then', async () => {
    const { id } = await create('/v2/pods', { ...pod, disk: 73 });
    time.advance(30_000);
    // 12:00:30
    time.advance(3_600_000);
    fake.account.pods.get(id)?.setCost(2, time.now());
    time.advance(1_800_000);
    await ask('DELETE', `/v2/pods/${id}`);
    time.advance(7_200_000);
    const { body } = await ask('GET', '/v2/billing/pods?startTime=2026-11-28T12:10:00Z&bucketSize=hour');
    expect(
      body.records.map(({ startTime, gpuAmount }: { startTime: string; gpuAmount: number }) => [startTime, gpuAmount]),
    ).toEqual([
      ['2026-11-28T12:00:00.000Z', expect.closeTo((3.99 * 3570) / 3600, 9)],
      ['2026-11-28T13:00:00.000Z', expect.closeTo((3.99 * 30 + 2 * 1800) / 3600, 9)],
    ]);
    expect(body.metadata.totals.diskAmount).toBeCloseTo(0.01 * 1.5, 9);
    expect(body.metadata).toMatchObject({ recordCount: 2, uniquePodCount: 1, query: { podId: null } });
  });
});

describe('endpoints', () => {
  const workersOf = async (id: string) => (await ask('GET', `/v2/serverless/${id}/workers`)).body;

  it('start workers for a queue that waits, let them go when they are idle, and are billed for both', async () => {
    fake.account.usualWork = { executionMs: 1000, run: (input) => input };
    const { id } = await create('/v2/serverless', { ...queue, disk: 73 });
    const run = async () => (await ask('POST', `/jobs/v2/${id}/run`, { input: {} })).body.id;
    for (let n = 0; n < 3; n++) await run();
    expect((await workersOf(id)).summary).toMatchObject({ initializing: 1, total: 1 });
    time.advance(4000);
    expect((await workersOf(id)).summary).toMatchObject({ initializing: 3, total: 3 });
    time.advance(20_000);
    expect((await ask('GET', `/jobs/v2/${id}/health`)).body.jobs).toMatchObject({ completed: 3, inQueue: 0 });
    time.advance(5000);
    expect((await workersOf(id)).summary.total).toBe(0);
    // Each: 8 s start (two of them not in time for more), what it did, 10 s idle.
    const { body } = await ask('GET', '/v2/billing/serverless?bucketSize=hour');
    expect(body.metadata.totals.gpuAmount).toBeGreaterThan((3 * 18 * 5.58) / 3600);
    expect(body.metadata.totals.gpuAmount).toBeLessThan((3 * 22 * 5.58) / 3600);
  });

  it('start again sooner with FlashBoot', async () => {
    fake.account.usualWork = { executionMs: 100, run: () => 1 };
    const delays: number[] = [];
    for (const flashboot of ['OFF', 'FLASHBOOT']) {
      const { id } = await create('/v2/serverless', { ...queue, flashboot });
      for (let n = 0; n < 2; n++) {
        const job = (await ask('POST', `/jobs/v2/${id}/run`, { input: {} })).body.id;
        time.advance(10_000);
        delays.push((await ask('GET', `/jobs/v2/${id}/status/${job}`)).body.delayTime);
        time.advance(60_000);
      }
    }
    expect(delays).toEqual([8000, 8000, 8000, 1500]);
  });

  it('replace their workers for a new image, those at work last, and tell how far that is', async () => {
    fake.account.usualWork = { executionMs: 5000, run: () => 1 };
    const { id } = await create('/v2/serverless', { ...queue, workers: { min: 2 } });
    time.advance(8000);
    await ask('POST', `/jobs/v2/${id}/run`, { input: {} });
    await ask('PATCH', `/v2/serverless/${id}`, { image: 'c', timeout: 1000 });
    const { rollout, releases, endpointVersion } = (await ask('GET', `/v2/serverless/${id}/releases`)).body;
    expect(rollout).toEqual({ inProgress: true, workersOnLatest: 1, workersTotal: 2, percentOnLatest: 50 });
    expect([endpointVersion, releases.length, releases[0].diff]).toEqual([
      2,
      2,
      [{ field: 'image', old: 'b', new: 'c' }],
    ]);
    time.advance(5000);
    expect((await workersOf(id)).workers.map(({ isStale }: { isStale: boolean }) => isStale)).toEqual([false, false]);
  });

  it('are healthy behind their balancer once a worker is ready, and wait for it', async () => {
    const { id, requestUrls } = await create('/v2/serverless', balancer);
    const health = async () =>
      (await fetch(requestUrls.health, { headers: { authorization: `Bearer ${fake.key}` } })).status;
    expect(await health()).toBe(204);
    const asked = ask('GET', `/lb/${id}/analyze?x=1`);
    await until(() => fake.calls.some(({ path }) => path.includes('/analyze')));
    time.advance(8000);
    expect((await asked).body).toMatchObject({ path: '/analyze?x=1' });
    expect(await health()).toBe(200);
    for (const worker of fake.account.endpoints.get(id)?.workers.values() ?? []) worker.unhealthy = true;
    expect(await health()).toBe(500);
    time.advance(20_000);
    expect((await workersOf(id)).summary.total).toBe(0);
    expect((await fetch(requestUrls.health)).status).toBe(401);
  });

  it('cancel their jobs when they go', async () => {
    const { id } = await create('/v2/serverless', queue);
    const waiting = ask('POST', `/jobs/v2/${id}/runsync?wait=60000`, { input: 1 });
    await until(() => fake.account.endpoints.get(id)?.jobs.size === 1);
    await ask('DELETE', `/v2/serverless/${id}`);
    expect((await waiting).body.status).toBe('CANCELLED');
  });

  it('stream, retry and purge', async () => {
    fake.account.usualWork = {
      executionMs: 10,
      run: (input, stream) => {
        stream(1);
        stream(2);
        if (input === 'bad') throw new Error('bad');
        return 3;
      },
    };
    const { id } = await create('/v2/serverless', { ...queue, workers: { min: 1, max: 1 } });
    time.advance(8000);
    const run = async (input: unknown) => (await ask('POST', `/jobs/v2/${id}/run`, { input })).body.id;
    const [good, bad] = [await run('good'), await run('bad')];
    time.advance(50);
    const stream = async () => (await ask('GET', `/jobs/v2/${id}/stream/${good}`)).body;
    expect(await stream()).toEqual({ status: 'COMPLETED', stream: [{ output: 1 }, { output: 2 }] });
    expect(await stream()).toEqual({ status: 'COMPLETED', stream: [] });
    expect((await ask('POST', `/jobs/v2/${id}/retry/${good}`)).status).toBe(400);
    expect((await ask('POST', `/jobs/v2/${id}/retry/${bad}`)).body.status).toMatch(/^IN_/);
    time.advance(50);
    await run(1);
    await run(2);
    expect((await ask('POST', `/jobs/v2/${id}/purge-queue`)).body).toEqual({ removed: 1, status: 'completed' });
    expect((await ask('POST', `/jobs/v2/${id}/run`, {})).status).toBe(400);
  });
});

it('counts calls, tells what is left, and refuses those beyond until the window ends', async () => {
  const first = await ask('GET', '/v2/catalog/gpus');
  expect(first.headers.get('ratelimit')).toBe('"minute";r=59;t=60, "hour";r=2999;t=3600, "day";r=49999;t=43200');
  expect(first.headers.get('ratelimit-policy')).toBe('"minute";q=60;w=60, "hour";q=3000;w=3600, "day";q=50000;w=86400');
  for (let n = 1; n < 60; n++) expect((await ask('GET', '/v2/catalog/cpus')).status).toBe(200);
  time.advance(13_000);
  const refused = await ask('GET', '/v2/catalog/cpus');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '47']);
  time.advance(47_000);
  expect((await ask('GET', '/v2/catalog/cpus')).status).toBe(200);
});

it('names the methods of an address, and knows no other address', async () => {
  const wrong = await ask('PUT', '/v2/pods');
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST']);
  expect((await ask('GET', '/v2/clouds')).status).toBe(404);
  expect(wrong.headers.get('content-type')).toBe('application/problem+json');
});
