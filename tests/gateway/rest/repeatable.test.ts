import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXAMPLES, form, type RestServer, startRest } from './rest-server.ts';

const API = '/api/v1';
const PHOTO = readFileSync(join(EXAMPLES, 'mug-too-close.jpg'));
const DESK = { detections: [{ class: 'mug', bbox: [100, 260, 160, 330] }], size: { width: 640, height: 480 } };
const RULE = { text: 'Keep mugs 10 cm from laptops' };

let server: RestServer;
beforeAll(async () => {
  server = await startRest();
});
afterAll(() => server.close());

const send = (method: string, path: string, body: unknown, key: string) =>
  server.ask(method, `${API}${path}`, body, { 'idempotency-key': key });
const ruleCount = async () => Number((await server.ask('GET', `${API}/rules`)).headers.get('x-total-count'));
const analysisCount = async () =>
  Number((await server.ask('GET', `${API}/analyze/history`)).headers.get('x-total-count'));

it('the same request with the same key is done once and answered alike, marked', async () => {
  const first = await send('POST', '/rules', RULE, 'rule-1');
  const again = await send('POST', '/rules', RULE, 'rule-1');
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(await ruleCount()).toBe(1);
  const other = await send('POST', '/rules', { text: 'Keep mugs 11 cm from laptops' }, 'rule-1');
  expect([other.status, other.body.error.code]).toEqual([422, 'IDEMPOTENCY_001']);
  const elsewhere = await send('POST', '/rules/natural-language', RULE, 'rule-1');
  expect(elsewhere.body.error.code).toBe('IDEMPOTENCY_001');
});

it('twenty at once make one rule', async () => {
  const before = await ruleCount();
  const sent = { text: 'Keep mugs 12 cm from phones' };
  const answers = await Promise.all(Array.from({ length: 20 }, () => send('POST', '/rules', sent, 'race')));
  expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => ![201, 409].includes(status))).toEqual([]);
  for (const { status, headers, body } of answers.filter((one) => one.status === 409)) {
    expect([status, body.error.code, headers.get('retry-after')]).toEqual([409, 'IDEMPOTENCY_002', '1']);
  }
  expect(await ruleCount()).toBe(before + 1);
});

it('an error is not kept: the key is free again', async () => {
  const wrong = await send('POST', '/rules', { text: 'Frobnicate' }, 'mended');
  expect(wrong.status).toBe(422);
  expect((await send('POST', '/rules', { text: 'Keep mugs 13 cm from phones' }, 'mended')).status).toBe(201);
});

it('a form is told from another one by its files and fields', async () => {
  const photo = (fields: Record<string, string>, bytes = PHOTO) =>
    send('POST', '/analyze/with-feedback', form(fields, [['image', 'desk.jpg', bytes]]), 'photo');
  const before = await analysisCount();
  const first = await photo({ units: 'metric' });
  const again = await photo({ units: 'metric' });
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(await analysisCount()).toBe(before + 1);
  expect((await photo({ units: 'imperial' })).body.error.code).toBe('IDEMPOTENCY_001');
  const other = Buffer.concat([PHOTO, Buffer.from([0])]);
  expect((await photo({ units: 'metric' }, other)).body.error.code).toBe('IDEMPOTENCY_001');
});

it('nothing comes back of an analysis that was deleted, alone or in a batch', async () => {
  const one = await send('POST', '/analyze/with-feedback', DESK, 'desk');
  const photos = () => form({ inference: 'single' }, [['images', 'desk.jpg', PHOTO]]);
  const batch = await send('POST', '/analyze/batch', photos(), 'batch');
  expect((await send('POST', '/analyze/with-feedback', DESK, 'desk')).body).toEqual(one.body);
  expect((await send('POST', '/analyze/batch', photos(), 'batch')).body).toEqual(batch.body);
  await server.ask('DELETE', `${API}/analyze/results?all=true`);
  for (const gone of [
    await send('POST', '/analyze/with-feedback', DESK, 'desk'),
    await send('POST', '/analyze/batch', photos(), 'batch'),
  ]) {
    expect([gone.status, gone.body.error.code]).toEqual([404, 'ANALYSIS_008']);
  }
});

it.each(['', 'x'.repeat(256), 'two words'])('a key that cannot be used is refused: "%s"', async (key) => {
  const { status, body } = await send('POST', '/rules', RULE, key);
  expect([status, body.error.details.field]).toEqual([422, 'Idempotency-Key']);
});

it('every write that needs a login says in the document that it takes a key, and no other route does', async () => {
  const { body } = await server.ask('GET', '/api/openapi.json');
  interface Operation {
    operationId: string;
    security?: unknown[];
    parameters?: { name: string; in: string }[];
  }
  for (const item of Object.values(body.paths as Record<string, Record<string, Operation>>)) {
    for (const [method, { operationId, security, parameters = [] }] of Object.entries(item)) {
      const takes = parameters.some((one) => one.in === 'header' && one.name === 'idempotency-key');
      expect([operationId, takes]).toEqual([operationId, method !== 'get' && security?.length !== 0]);
    }
  }
});

it('another address to be called back, another wish or another type of answer is another request', async () => {
  const photos = () => form({}, [['images', 'a.jpg', PHOTO]]);
  const sent = (headers: Record<string, string>) =>
    server.ask('POST', `${API}/analyze/batch`, photos(), { 'idempotency-key': 'wishes', ...headers });
  const first = await sent({ prefer: 'respond-async' });
  expect(first.status).toBe(202);
  const again = await sent({ prefer: 'Respond-Async' });
  expect([again.status, again.body.job_id]).toEqual([202, first.body.job_id]);
  for (const headers of [
    {},
    { prefer: 'respond-async', accept: 'application/x-ndjson' },
    {
      prefer: 'respond-async',
      'h200-callback-url': 'https://a.example/',
      'h200-callback-secret': 'a-secret-of-sixteen',
    },
  ]) {
    expect((await sent(headers)).body.error.code).toBe('IDEMPOTENCY_001');
  }
});
