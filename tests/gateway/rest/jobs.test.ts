import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXAMPLES, form, type RestServer, startRest } from './rest-server.ts';

const API = '/api/v1';
const PHOTO = readFileSync(join(EXAMPLES, 'mug-too-close.jpg'));
const ASYNC = { prefer: 'respond-async, wait=5' };
let server: RestServer;
beforeAll(async () => {
  server = await startRest();
});
afterAll(() => server.close());

/** Starts the job and waits until it has ended. */
async function ended(method: string, path: string, body?: unknown) {
  const { status, headers, body: job } = await server.ask(method, `${API}${path}`, body, ASYNC);
  expect([status, headers.get('preference-applied')]).toEqual([202, 'respond-async']);
  const at = headers.get('location')!;
  await expect.poll(async () => (await server.ask('GET', at)).body.ended_at, { timeout: 20_000 }).not.toBeNull();
  return { at, first: job, job: (await server.ask('GET', at)).body };
}

it('a batch is answered at once, and its result later is that of a batch', async () => {
  const files = [
    ['images', 'a.jpg', PHOTO],
    ['images', 'b.txt', Buffer.from('no photo')],
  ] as const;
  const { at, first, job } = await ended('POST', '/analyze/batch', form({}, files));
  expect(['queued', 'running']).toContain(first.state);
  expect(job).toMatchObject({ kind: 'batch', state: 'done', progress: { done: 2, total: 2 }, result: `${at}/result` });
  const { body } = await server.ask('GET', job.result);
  expect(body).toMatchObject({ total_images: 2, successful: 1, failed: 1, errors: [{ code: 'VALIDATION_003' }] });
  expect((await server.ask('GET', `${API}/jobs`)).body[0]).toEqual(job);
  await server.ask('DELETE', `${API}/analyze/results/${body.results[0].analysis_id}`);
  expect((await server.ask('GET', job.result)).body.error.code).toBe('ANALYSIS_008');
  expect((await server.ask('DELETE', at)).status).toBe(200);
  expect((await server.ask('GET', at)).body.error).toMatchObject({
    code: 'JOB_001',
    advice: expect.stringContaining('restart'),
  });
});

it('rules are exported and imported by jobs', async () => {
  await server.ask('POST', `${API}/rules`, { text: 'Keep mugs 10 cm from laptops' });
  const taken = await ended('GET', '/export?what=rules');
  const { body: book } = await server.ask('GET', taken.job.result);
  expect(book.rules).toHaveLength(1);
  const csv = await ended('GET', '/export?what=rules&format=csv');
  expect((await server.ask('GET', csv.job.result)).headers.get('content-type')).toContain('text/csv');
  const brought = await ended('POST', '/rules/import', book);
  expect((await server.ask('GET', brought.job.result)).body).toEqual({ created: 0, updated: 0 });
  const wrong = await ended('POST', '/rules/import', { version: 1, rules: [{}] });
  expect(wrong.job).toMatchObject({
    state: 'failed',
    result: null,
    error: { code: expect.stringMatching(/^(RULES|VALIDATION)_/) },
  });
  expect((await server.ask('GET', `${wrong.at}/result`)).status).toBe(422);
});

it('what is wrong with the request itself is said at once', async () => {
  const none = await server.ask('POST', `${API}/analyze/batch`, {}, ASYNC);
  expect([none.status, none.body.error.code]).toEqual([422, 'VALIDATION_001']);
  expect((await server.ask('GET', `${API}/export?what=users`, undefined, ASYNC)).status).toBe(422);
});
