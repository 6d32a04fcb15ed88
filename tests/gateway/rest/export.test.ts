import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RestServer, startRest } from './rest-server.ts';

const API = '/api/v1';
let server: RestServer;
beforeAll(async () => {
  server = await startRest();
  for (const cm of [10, 11]) await server.ask('POST', `${API}/rules`, { text: `Keep mugs ${cm} cm from laptops` });
});
afterAll(() => server.close());

it('comes as a file of its kind, as it is read', async () => {
  const json = await server.ask('GET', `${API}/export?what=rules`);
  expect(json.body.rules).toHaveLength(2);
  expect(json.headers.get('content-disposition')).toMatch(/^attachment; filename="h200-rules-\d{4}-\d\d-\d\d\.json"$/);
  expect(json.headers.get('transfer-encoding')).toBe('chunked');
  const csv = await server.ask('GET', `${API}/export?what=history&format=csv`);
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  expect(csv.body.toString().trim().split('\r\n')).toHaveLength(3);
  expect((await server.ask('GET', `${API}/export`)).body).toEqual({ version: 1, analyses: [] });
});

it.each(['what=users', 'format=xlsx', 'limit=1'])('%s is refused', async (query) => {
  expect((await server.ask('GET', `${API}/export?${query}`)).status).toBe(422);
});
