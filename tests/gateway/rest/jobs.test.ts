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

it('one photo is a job too, alone and looked at again', async () => {
  const alone = await ended('POST', '/analyze/with-feedback', form({}, [['image', 'a.jpg', PHOTO]]));
  const { body: analysis } = await server.ask('GET', alone.job.result);
  const images = [{ index: 0, filename: 'a.jpg', analysis_id: analysis.analysis_id, error: null }];
  expect(alone.job).toMatchObject({ kind: 'analysis', state: 'done', priority: 'low', callback: false, images });
  const again = await ended('POST', `/analyze/reanalyze/${analysis.analysis_id}`, { use_cache: undefined });
  expect(again.job).toMatchObject({ kind: 'analysis', state: 'done' });
});

it('a job none of whose photos could be analysed has failed, and says what came of each', async () => {
  const { job } = await ended('POST', '/analyze/batch', form({}, [['images', 'b.txt', Buffer.from('no photo')]]));
  expect(job).toMatchObject({
    state: 'failed',
    error: { code: 'VALIDATION_003', message: expect.stringContaining('None of the 1 images') },
    images: [{ index: 0, filename: 'b.txt', analysis_id: null, error: 'VALIDATION_003' }],
  });
  expect((await server.ask('GET', job.result)).body).toMatchObject({ successful: 0, failed: 1 });
});

it('is as urgent as its header says, in any case', async () => {
  const post = (headers: Record<string, string>) =>
    server.ask('POST', `${API}/analyze/batch`, form({}, [['images', 'a.jpg', PHOTO]]), { ...ASYNC, ...headers });
  expect((await post({ 'h200-priority': 'HIGH' })).body.priority).toBe('high');
  const wrong = await post({ 'h200-priority': 'urgent' });
  expect([wrong.status, wrong.body.error.details]).toEqual([422, { field: 'H200-Priority' }]);
});

it('the list goes by pages and by state', async () => {
  const all = await server.ask('GET', `${API}/jobs?limit=2`);
  expect([all.status, all.body.length]).toEqual([200, 2]);
  const next = await server.ask('GET', `${API}/jobs?limit=2&cursor=${all.headers.get('x-next-cursor')}`);
  expect(next.body[0].job_id).not.toBe(all.body[1].job_id);
  const failed = await server.ask('GET', `${API}/jobs?state=failed&limit=100`);
  expect(new Set(failed.body.map(({ state }: { state: string }) => state))).toEqual(new Set(['failed']));
  expect(Number(failed.headers.get('x-total-count'))).toBe(failed.body.length);
  expect((await server.ask('GET', `${API}/jobs?state=lost`)).status).toBe(422);
});

it('a header of ours that does nothing where it is sent is refused', async () => {
  const refused = async (method: string, path: string, name: string, body?: unknown) => {
    const { status, body: answer } = await server.ask(method, `${API}${path}`, body, { [name]: 'https://a.example/' });
    return [status, answer.error?.code, answer.error?.details, answer.error?.message];
  };
  const rule = { text: 'Keep mugs 30 cm from laptops' };
  expect(await refused('POST', '/rules', 'h200-callback-url', rule)).toEqual([
    422,
    'VALIDATION_002',
    { field: 'h200-callback-url' },
    'The header "h200-callback-url" does nothing here.',
  ]);
  expect((await refused('GET', '/rules', 'h200-priority'))[1]).toBe('VALIDATION_002');
  expect((await refused('GET', '/rules', 'h200-callback-urls'))[3]).toBe('There is no header "h200-callback-urls".');
  expect(
    (await refused('POST', '/analyze/batch', 'h200-callback-secret', form({}, [['images', 'a.jpg', PHOTO]])))[2],
  ).toEqual({
    field: 'H200-Callback-Url',
  });
});
