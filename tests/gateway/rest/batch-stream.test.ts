import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXAMPLES, form, type RestServer, startRest } from './rest-server.ts';

const PATH = '/api/v1/analyze/batch';
const PHOTO = readFileSync(join(EXAMPLES, 'mug-too-close.jpg'));
let server: RestServer;
beforeAll(async () => {
  server = await startRest();
});
afterAll(() => server.close());

const photos = () =>
  form({}, [
    ['images', 'a.jpg', PHOTO],
    ['images', 'b.txt', Buffer.from('no photo')],
  ] as const);
const asked = (accept: string, body: FormData, headers: Record<string, string> = {}) =>
  fetch(new URL(PATH, server.url), { method: 'POST', headers: { accept, ...headers }, body });

it('comes line by line as each photo is ready, the whole answer last', async () => {
  const response = await asked('application/x-ndjson', photos());
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  const lines = (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => Object.keys(line))).toEqual([['error'], ['result'], ['batch']]);
  const [{ error }, { result }, { batch }] = lines;
  expect(error).toMatchObject({ index: 1, code: 'VALIDATION_003' });
  expect(batch).toMatchObject({ total_images: 2, successful: 1, failed: 1, results: [result], errors: [error] });
});

it('comes as events', async () => {
  const response = await asked('text/event-stream', photos());
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const frames = (await response.text()).trimEnd().split('\n\n');
  expect(frames.map((frame) => /^event: (\w+)\ndata: \{/.exec(frame)?.[1])).toEqual(['error', 'result', 'batch']);
});

it('is refused with a status of its own when nothing of it can be done', async () => {
  const response = await asked('application/x-ndjson', form({}, []));
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(await response.json()).toMatchObject({ error: { code: expect.stringMatching(/^VALIDATION_/) } });
});

it('is done once under its key; what was streamed is not kept', async () => {
  const send = async () => (await asked('application/x-ndjson', photos(), { 'idempotency-key': 'stream-1' })).text();
  const first = await send();
  expect(first).toContain('"batch"');
  expect(JSON.parse(await send())).toMatchObject({ error: { code: 'IDEMPOTENCY_003' } });
});
