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

it('is done once under its key, and comes again as the same stream', async () => {
  for (const accept of ['application/x-ndjson', 'text/event-stream']) {
    const send = () => asked(accept, photos(), { 'idempotency-key': `stream ${accept}`.replace(/\W/g, '-') });
    const first = await (await send()).text();
    const again = await send();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('content-type')).toContain(accept);
    const parts = (text: string) => text.trimEnd().split(/\n+(?=event|\{)/);
    const replayed = parts(await again.text());
    expect(replayed.toSorted()).toEqual(parts(first).toSorted());
    expect(replayed.at(-1)).toBe(parts(first).at(-1));
  }
});

it('of a stream that broke the key is free again', async () => {
  const many = form(
    {},
    Array.from({ length: 10 }, (_, n) => ['images', `${n}.jpg`, PHOTO] as const),
  );
  const headers = { 'idempotency-key': 'broken-1' };
  const { body } = await asked('application/x-ndjson', many, headers);
  const reader = body!.getReader();
  await reader.read();
  await reader.cancel();
  const again = async () => {
    const response = await asked('application/x-ndjson', many, headers);
    return [response.status, (await response.text()).includes('"batch"')];
  };
  await expect.poll(again, { timeout: 20_000 }).toEqual([200, true]);
});

it('each photo is told by its name, beside its place', async () => {
  const { results, errors } = (await (await asked('application/json', photos())).json()) as {
    results: object[];
    errors: object[];
  };
  expect(results).toMatchObject([{ index: 0, filename: 'a.jpg' }]);
  expect(errors).toMatchObject([{ index: 1, filename: 'b.txt' }]);
});
