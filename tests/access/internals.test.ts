import { afterEach, expect, it } from 'vitest';
import { INTERNALS, mayKnow, ROLE_PERMISSIONS } from '../../src/access/can.ts';
import { shownTo } from '../../src/access/shown-error.ts';
import { createMeasured } from '../../src/app/measured.ts';
import { LOCAL, ROLES } from '../../src/contract/principal.ts';
import { AppError } from '../../src/errors.ts';
import { metricsReport } from '../../src/presentation/metrics-report.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { withoutFaults } from '../../src/vision/models/report.ts';
import { createFakeServices } from '../gateway/fake-services.ts';
import { callOf } from '../support/caller.ts';

const metrics = new Metrics();
afterEach(() => metrics.close());

it('who may know what of the machine', () => {
  const table = Object.keys(INTERNALS).map((what) => [
    what,
    ROLES.filter((role) => mayKnow(callOf('ann', role).principal, what as keyof typeof INTERNALS)).join(' '),
  ]);
  expect(table).toEqual([
    ['metrics', 'viewer analyst manager admin'],
    ['folders', 'admin'],
    ['faults', 'admin'],
  ]);
  for (const what of ['metrics', 'folders', 'faults'] as const) expect(mayKnow(LOCAL, what)).toBe(true);
});

it('metrics are refused to a key without the permission, in every form', async () => {
  const key = { id: 'key', kind: 'key', role: 'analyst', permissions: ['analysis:write'] } as const;
  const measured = createMeasured(metrics);
  const refusal = { code: 'AUTH_003', details: { permission: 'servers:read' } };
  await expect(measured.snapshot({ principal: key })).rejects.toMatchObject(refusal);
  await expect(measured.exposition({ principal: key })).rejects.toMatchObject(refusal);
  await expect(metricsReport(createFakeServices(), { principal: key })).rejects.toMatchObject(refusal);
  expect((await measured.exposition(callOf('eve', 'viewer'))).text).toContain('h200_');
  expect(ROLE_PERMISSIONS.viewer).toContain('servers:read');
});

it('errors of a part keep what they say of this machine for those who may know', () => {
  const details = { model: 'desk', path: '/home/ann/models/manifest.json', problem: 'no JSON', attempts: [] };
  const error = new AppError('ANALYSIS_001', { details, retryAfterS: 3 });
  const { principal } = callOf('bob', 'manager');
  expect(shownTo(principal, error).toJSON()).toEqual({ ...error.toJSON(), details: { model: 'desk' } });
  expect(shownTo(LOCAL, error)).toBe(error);
  const reason = new AppError('RULES_004', { details: { reason: 'two verbs', path: 'conditions.0' } });
  expect(shownTo(principal, reason)).toBe(reason);
});

it('a model that failed says that it did, not where', () => {
  const [model] = createFakeServices().models(callOf('ann'));
  const report = withoutFaults({
    ...model!,
    state: 'ERROR',
    error: 'no /home/ann/models/desk.onnx',
    provider_attempts: [{ provider: 'cuda', error: '/usr/lib/libcuda.so: not found' }],
  });
  expect(JSON.stringify(report)).not.toMatch(/\/home|\/usr/);
  expect(report).toMatchObject({ state: 'ERROR', error: expect.any(String) });
  expect(withoutFaults(model!)).toEqual(model);
});
