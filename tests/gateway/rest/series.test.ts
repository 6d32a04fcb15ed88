import { afterAll, beforeAll, expect, it } from 'vitest';
import { ModelSeries, RuleSeries, Series } from '../../../src/contract/series.ts';
import { type RestServer, startRest } from './rest-server.ts';

const AT = '/api/v1/dashboard/metrics';
let server: RestServer;
beforeAll(async () => {
  server = await startRest();
});
afterAll(() => server.close());

it.each([
  ['requests', '', 60],
  ['latency', '?time_range=7d', 84],
  ['gpu_utilization', '?time_range=30d', 120],
])('%s%s has its steps', async (name, query, steps) => {
  const { status, body } = await server.ask('GET', `${AT}/${name}${query}`);
  expect([status, Series.parse(body).points.length]).toEqual([200, steps]);
  expect(body.reason).toEqual(expect.any(String));
});

it('comes as a table too', async () => {
  const { headers, body } = await server.ask('GET', `${AT}/cache/csv?time_range=6h`);
  expect(headers.get('content-type')).toContain('text/csv');
  const [head, ...rows] = body.toString().trim().split('\r\n');
  expect([head, rows.length]).toEqual(['"time","hits","misses","hit_rate"', 72]);
});

it('tells of one rule and of one model over time, as JSON and as a table', async () => {
  const text = 'Keep mugs at least 6 inches away from laptops';
  const made = await server.ask('POST', '/api/v1/rules/natural-language', { text, auto_enable: true });
  const rule = `/api/v1/rules/${made.body.rule_id}/metrics`;
  const { status, body } = await server.ask('GET', `${rule}?time_range=24h`);
  expect([status, RuleSeries.parse(body).points.length]).toEqual([200, 96]);
  expect(body.columns).toEqual(['violated', 'uncertain', 'satisfied']);
  const model = await server.ask('GET', '/api/v1/models/desk-detector/metrics');
  expect(ModelSeries.parse(model.body)).toMatchObject({ model: 'desk-detector', unit: 'ms' });
  for (const [path, head] of [
    [rule, '"time","violated","uncertain","satisfied"'],
    ['/api/v1/models/desk-detector/metrics', '"time","analyses","mean","p50","p95","p99"'],
  ]) {
    const table = await server.ask('GET', `${path}/csv?time_range=1h`);
    expect(table.body.toString().split('\r\n')[0]).toBe(head);
  }
  expect((await server.ask('GET', '/api/v1/rules/rule_nobodys/metrics')).body.error.code).toBe('RULES_001');
});

it.each([`${AT}/nothing`, `${AT}/requests?time_range=2h`, `${AT}/requests?limit=5`])('%s is refused', async (path) => {
  expect((await server.ask('GET', path)).status).toBe(422);
});
