import { beforeEach, describe, expect, it } from 'vitest';
import type { DeployRequest, HealthCheck } from '../../src/contract/deployment.ts';
import { createDeployments } from '../../src/fleet/deployments.ts';
import type { Registry } from '../../src/ports/registry.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { createFakeFleet, type FakeFleet } from '../gateway/fake-fleet.ts';
import { callOf, localCall } from '../support/caller.ts';

let fleet: FakeFleet;
let health: Omit<HealthCheck, 'url' | 'tries'>;
let registry: Registry;
/** Of another process, as far as they can tell. */
const deployments = (image: string | null = 'ghcr.io/acme/mug:1') =>
  createDeployments({ fleet, registry, image, checkHealth: async (_server, url) => ({ url, tries: 1, ...health }) });
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
      advice: expect.stringContaining('recreate'),
    });
    expect(fleet.asked).toEqual([]);
  });

  it.each(['rolling', 'blue-green', 'canary', 'blue_green'])(
    '"%s" is refused plainly: it is not built',
    async (strategy) => {
      await expect(deploy({ type: 'timed', strategy: strategy.replace('_', '-') as 'canary' })).rejects.toMatchObject({
        code: 'SERVER_006',
        message: expect.stringContaining('is not built'),
      });
      expect(fleet.asked).toEqual([]);
    },
  );

  it('recreate stops it, makes the new one, and ends the old one', async () => {
    const config = { gpu_type: 'A100' };
    const report = await deploy({ type: 'timed', strategy: 'recreate', config, health_check: '/health' });
    expect(report).toMatchObject({ outcome: 'deployed', replaced: { id: 'srv_1' }, server: { id: 'srv_2' } });
    expect(fleet.asked).toEqual(['stop srv_1', 'create timed A100', 'terminate srv_1']);
    expect(states()).toEqual(['srv_2 running']);
  });

  it('goes back where the new one is not well, or is not to be had', async () => {
    health = { ok: false, status: null, reason: 'it cannot be reached' };
    const sick = await deploy({ type: 'timed', strategy: 'recreate', health_check: '/health' });
    expect(sick).toMatchObject({
      outcome: 'rolled_back',
      message: 'The new server was not taken (it cannot be reached); srv_1 is as it was.',
      replaced: { id: 'srv_1', state: 'running' },
      server: { id: 'srv_2', state: 'terminated', cost_per_hour: 0 },
    });
    fleet.gone.add('H200');
    const none = await deploy({ type: 'timed', strategy: 'recreate' });
    expect(none).toMatchObject({ outcome: 'rolled_back', server: null, replaced: { id: 'srv_1', state: 'running' } });
    expect(states()).toEqual(['srv_1 running']);
  });

  it('says so where the old one cannot be started again', async () => {
    fleet.gone.add('H200');
    const control = fleet.control;
    fleet.control = async (ctx, target, request) => {
      if (request.action === 'start') throw new Error('its host has no GPU left');
      return control(ctx, target, request);
    };
    const report = await deploy({ type: 'timed', strategy: 'recreate' });
    expect(report).toMatchObject({ outcome: 'failed', replaced: { state: 'stopped' } });
    expect(report.message).toContain('srv_1 could not be started again');
    expect(report.warnings).toEqual([expect.stringContaining('SYSTEM_003')]);
  });

  it('touches no protected one, and waits where it must', async () => {
    await expect(deploy({ type: 'timed', strategy: 'recreate', wait_for_completion: false })).rejects.toMatchObject({
      code: 'VALIDATION_002',
    });
    await fleet.configure(localCall, 'timed', { protected: true });
    await expect(deploy({ type: 'timed', strategy: 'recreate' })).rejects.toMatchObject({ code: 'SERVER_002' });
    expect(fleet.asked).toEqual([]);
  });

  it.each(['in one process', 'in two'])('two at once, %s: the second is told', async (where) => {
    const first = deployments();
    const second = where === 'in two' ? deployments() : first;
    const both = await Promise.allSettled(
      [first, second].map((one) => one.deploy(localCall, { type: 'timed', strategy: 'recreate' })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'SERVER_002' } });
    expect(fleet.servers.size).toBe(1);
    // It is free again.
    expect(await second.deploy(localCall, { type: 'timed', strategy: 'recreate' })).toMatchObject({
      outcome: 'deployed',
    });
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
