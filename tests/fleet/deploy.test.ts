import { beforeEach, describe, expect, it } from 'vitest';
import type { DeployRequest, HealthCheck } from '../../src/contract/deployment.ts';
import { createDeployments } from '../../src/fleet/deployments.ts';
import type { Registry } from '../../src/ports/registry.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { createFakeFleet, type FakeFleet } from '../gateway/fake-fleet.ts';
import { createFakeRollouts } from '../gateway/fake-rollouts.ts';
import { callOf, localCall } from '../support/caller.ts';

let fleet: FakeFleet;
let health: Omit<HealthCheck, 'url' | 'tries'>;
let registry: Registry;
/** Of another process, as far as they can tell. */
const deployments = (image: string | null = 'ghcr.io/acme/mug:1') =>
  createDeployments({
    ...{ fleet, registry, image, rollouts: createFakeRollouts(fleet) },
    checkHealth: async (_server, url) => ({ url, tries: 1, ...health }),
  });
const deploy = (request: DeployRequest, ctx = localCall) => deployments().deploy(ctx, request);
const states = () => [...fleet.servers.values()].map(({ id, state }) => `${id} ${state}`);

beforeEach(() => {
  fleet = createFakeFleet();
  ({ registry } = createSqliteRecords(':memory:'));
  health = { ok: true, status: 200, reason: null };
});

describe('without an image', () => {
  const imageless = (request: DeployRequest) => deployments(null).deploy(localCall, request);

  it('a dry run says so, and what is there is not stopped for it', async () => {
    const { warnings } = await imageless({ type: 'timed', dry_run: true });
    expect(warnings).toEqual([expect.stringMatching(/No container image.*--image.*H200_SERVER_IMAGE/)]);
    await deploy({ type: 'timed' });
    const before = [...fleet.asked];
    await expect(imageless({ type: 'timed', strategy: 'recreate' })).rejects.toMatchObject({ code: 'VALIDATION_001' });
    expect(fleet.asked).toEqual(before);
    expect((await imageless({ type: 'serverless', config: { image: 'a/b:1' }, dry_run: true })).warnings).toEqual([]);
  });
});

describe('one where there is none', () => {
  it('a dry run says what it would cost, and creates nothing', async () => {
    const config = { gpu_type: 'H200' };
    const report = await deploy({ type: 'timed', config, fallback_gpu_types: ['H100'], dry_run: true });
    expect(report).toMatchObject({
      outcome: 'dry_run',
      strategy: 'create',
      plan: {
        price_per_hour: 3.99,
        candidates: [{ short_name: 'H200' }, { short_name: 'H100' }],
        price_source: 'RunPod catalog',
      },
      server: null,
    });
    expect(fleet.asked).toEqual([]);
  });

  it('is created, and asked whether it is well', async () => {
    const report = await deploy({ type: 'timed', health_check: '/health' });
    expect(report).toMatchObject({
      outcome: 'deployed',
      server: { id: 'srv_1' },
      health: { ok: true, url: '/health' },
    });
    health = { ok: false, status: 500, reason: 'it answered 500' };
    const bad = await deploy({ type: 'serverless', health_check: '/health' });
    expect(bad).toMatchObject({ outcome: 'failed', server: { id: 'srv_2' }, message: 'It runs, but it answered 500.' });
    // It is left for whoever looks into it.
    expect(states()).toEqual(['srv_1 running', 'srv_2 running']);
  });

  it('a candidate that became dearer than what was shown is not taken', async () => {
    const config = { gpu_type: 'H200' };
    const quote = fleet.quote;
    fleet.quote = async (ctx, request) => {
      const found = await quote(ctx, request);
      fleet.offered[0] = { ...fleet.offered[0]!, price_per_hour: 99 };
      fleet.quote = quote;
      return found;
    };
    await expect(deploy({ type: 'timed', config })).rejects.toMatchObject({ code: 'SERVER_004' });
    expect(fleet.servers.size).toBe(0);
  });
});

describe('where there is one', () => {
  beforeEach(async () => {
    await deploy({ type: 'timed' });
    fleet.asked.length = 0;
  });

  it('it is not doubled, and the way out is said', async () => {
    await expect(deploy({ type: 'timed' })).rejects.toMatchObject({
      code: 'SERVER_002',
      details: { server_id: 'srv_1' },
      advice: expect.stringContaining('blue-green'),
    });
    expect(fleet.asked).toEqual([]);
  });

  it('with a strategy it is replaced; how, is told', async () => {
    const config = { gpu_type: 'A100' };
    const report = await deploy({ type: 'timed', strategy: 'blue-green', config });
    expect(report).toMatchObject({
      ...{ outcome: 'deployed', strategy: 'blue-green', replaced: { id: 'srv_1' }, server: { id: 'srv_2' } },
      overlap: { server_ids: ['srv_1'], price_per_hour: 3.99, together_per_hour: 5.63 },
      deployment: { id: 'dep_1', phase: 'keeping' },
    });
    expect(states()).toEqual(['srv_1 running', 'srv_2 running']);
  });

  it('where there are several, one is named, or all are replaced one after the other', async () => {
    await fleet.create(localCall, { type: 'timed' });
    await expect(deploy({ type: 'timed', strategy: 'recreate' })).rejects.toMatchObject({
      code: 'VALIDATION_002',
      advice: expect.stringContaining('--replaces'),
    });
    const named = await deploy({ type: 'timed', strategy: 'recreate', replaces: 'srv_2' });
    expect(named.replaced?.id).toBe('srv_2');
    await expect(deploy({ type: 'serverless', strategy: 'recreate', replaces: 'srv_2' })).rejects.toMatchObject({
      code: 'VALIDATION_002',
      details: { field: 'replaces' },
    });
  });

  it.each(['in one process', 'in two'])('two who find none at once, %s: one is made', async (where) => {
    const first = deployments();
    const second = where === 'in two' ? deployments() : first;
    const both = await Promise.allSettled([first, second].map((one) => one.deploy(localCall, { type: 'serverless' })));
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'SERVER_002' } });
    expect(fleet.servers.size).toBe(2);
  });
});

it.each([
  ['viewer', {}, 'servers:deploy'],
  ['manager', {}, 'servers:deploy'],
] as const)('%s may not deploy', async (role, more, permission) => {
  await expect(deploy({ type: 'timed', ...more }, callOf('ann', role))).rejects.toMatchObject({
    code: 'AUTH_003',
    details: { permission },
  });
});
