import { afterAll, beforeAll, expect, it } from 'vitest';
import { Series } from '../../../src/contract/series.ts';
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

it.each([`${AT}/nothing`, `${AT}/requests?time_range=2h`, `${AT}/requests?limit=5`])('%s is refused', async (path) => {
  expect((await server.ask('GET', path)).status).toBe(422);
});
