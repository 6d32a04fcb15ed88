import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RestServer, startRest } from '../rest/rest-server.ts';

const TOKEN = 'a-token-of-enough-length';
let server: RestServer;
beforeAll(async () => {
  server = await startRest({ WEBHOOK_URL: 'https://127.0.0.1:9/hook' }, TOKEN);
});
afterAll(() => server.close());

it('how the parts are is told to those who may know, and the public answer stays small', async () => {
  const anybody = await server.ask('GET', '/health');
  expect(anybody.body).not.toHaveProperty('parts');
  expect(JSON.stringify(anybody.body).length).toBeLessThan(1000);
  const known = await server.ask('GET', '/health', undefined, { authorization: `Bearer ${TOKEN}` });
  expect(known.body.parts.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['disk space', 'clock', 'dashboard', 'language model', 'peers', 'traces', 'metrics port']),
  );
});

it('nor does a stranger learn which targets of messages are set', async () => {
  const anybody = await server.ask('GET', '/health');
  expect(anybody.body.checks.messages).toEqual([]);
  const known = await server.ask('GET', '/health', undefined, { authorization: `Bearer ${TOKEN}` });
  expect(known.body.checks.messages).toMatchObject([{ target: 'webhook' }]);
});
