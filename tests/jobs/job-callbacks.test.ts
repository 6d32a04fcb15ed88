import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBus } from '../../src/events/bus.ts';
import { createJobs } from '../../src/jobs/create-jobs.ts';
import { JobCallbacks } from '../../src/jobs/job-callbacks.ts';
import type { JobResult, JobWork } from '../../src/jobs/job-service.ts';
import type { Records } from '../../src/ports/records.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { testCallbacks } from '../support/callbacks.ts';
import { callOf } from '../support/caller.ts';

const ann = callOf('ann');
const CALLBACK = { url: 'https://a.example/', secret: 'a-secret-of-sixteen' };
const RESULT: JobResult = { contentType: 'text/plain', text: 'done', analysisIds: ['ana_1'] };
let records: Records;
let told: { event_id: string; data: { state: string; job_id: string } }[];
beforeEach(() => {
  records = createSqliteRecords(':memory:');
  told = [];
});
afterEach(() => records.close());

/** One server. */
function open(registry = records.registry) {
  const post = {
    check(url: string) {
      if (!url.startsWith('https:')) throw new Error('no');
    },
    async send(_url: string, { body }: { body: string }) {
      told.push(JSON.parse(body));
      return { status: 200, retryAfterS: null };
    },
  };
  const callbacks = testCallbacks({ registry, post });
  const bus = createBus((error) => {
    throw error;
  });
  let ids = 0;
  const jobs = createJobs({
    ...{ bus, now: () => new Date(), newId: (prefix: string) => `${prefix}_${++ids}` },
    findAnalysis: async () => undefined,
    callbacks: new JobCallbacks({ callbacks, registry, log: createLog('silent'), now: () => new Date() }),
  });
  return { jobs, callbacks };
}
const work = (run: JobWork['run']): JobWork => ({ kind: 'batch', permission: 'analysis:write', inputBytes: 0, run });

it('how a job ended is told once: done, failed, cancelled, stopped', async () => {
  const { jobs, callbacks } = open();
  await jobs.startTold(
    ann,
    work(async () => RESULT),
    CALLBACK,
  );
  const failing = async () => {
    throw new Error('x');
  };
  await jobs.startTold(ann, work(failing), CALLBACK);
  const { job_id } = await jobs.startTold(
    ann,
    work(() => new Promise(() => {})),
    CALLBACK,
  );
  jobs.cancel(ann, job_id);
  await jobs.startTold(
    ann,
    work(() => new Promise(() => {})),
    CALLBACK,
  );
  jobs.start(
    ann,
    work(async () => RESULT),
  );
  await expect.poll(() => told.length).toBe(3);
  await jobs.close();
  await expect.poll(() => told.length).toBe(4);
  await jobs.tellOfLost();
  const states = told.map(({ event_id, data }) => [event_id, data.state]).toSorted();
  expect(states).toEqual([
    ['evt_job_1', 'done'],
    ['evt_job_2', 'failed'],
    ['evt_job_3', 'cancelled'],
    ['evt_job_4', 'failed'],
  ]);
  expect(told.find(({ event_id }) => event_id === 'evt_job_1')?.data).toMatchObject({ analysis_ids: ['ana_1'] });
  expect(await records.registry.count('job_callback', null)).toBe(0);
  await callbacks.close();
});

it('an address that is never called starts nothing', async () => {
  const { jobs, callbacks } = open();
  await expect(
    jobs.startTold(
      ann,
      work(async () => RESULT),
      { ...CALLBACK, url: 'http://x' },
    ),
  ).rejects.toThrow();
  expect(jobs.list(ann)).toEqual([]);
  await callbacks.close();
});

it('a job whose promise cannot be written down is given up, and says so', async () => {
  const registry = {
    ...records.registry,
    add: async (kind: string) => {
      throw new Error(kind);
    },
  } as unknown as Records['registry'];
  const { jobs, callbacks } = open(registry);
  await expect(
    jobs.startTold(
      ann,
      work(() => new Promise(() => {})),
      CALLBACK,
    ),
  ).rejects.toThrow('job_callback');
  expect(jobs.list(ann)[0]).toMatchObject({ state: 'cancelled' });
  await callbacks.close();
});

it('what the store did not take at the end is told later as it was', async () => {
  let away = false;
  const registry = {
    ...records.registry,
    get: async (...asked: Parameters<Records['registry']['get']>) => {
      if (away) throw new Error('away');
      return records.registry.get(...asked);
    },
  } as Records['registry'];
  const { jobs, callbacks } = open(registry);
  const go = Promise.withResolvers<JobResult>();
  const { job_id } = await jobs.startTold(
    ann,
    work(() => go.promise),
    CALLBACK,
  );
  away = true;
  go.resolve(RESULT);
  await expect.poll(() => jobs.get(ann, job_id).state).toBe('done');
  await new Promise((resolve) => setTimeout(resolve, 20));
  away = false;
  await jobs.tellOfLost();
  await expect.poll(() => told.map(({ data }) => data.state)).toEqual(['done']);
  await callbacks.close();
});

it('many that run, and one whose message is not taken, hold up nobody', async () => {
  const { jobs, callbacks } = open();
  const never = work(() => new Promise(() => {}));
  const { job_id } = await jobs.startTold(ann, never, CALLBACK);
  const entry = (await records.registry.get('job_callback', job_id))!;
  const promised = entry.value as { job: object; holder: object };
  const put = (id: string, value: object) =>
    records.registry.add('job_callback', {
      ...{ ...entry, id, lookup: `open ${id}`, version: 1 },
      value: { ...promised, job: { ...promised.job, job_id: id }, ...value },
    });
  for (let n = 0; n < 250; n += 1) await put(`job_${String(n).padStart(4, '0')}`, {});
  await put('job_aa', { body: 'x'.repeat(4 * 2 ** 20 + 1) });
  await put('job_bb', { holder: { ...promised.holder, pid: 2 ** 22 + 1 } });
  await jobs.tellOfLost();
  await expect.poll(() => told.map(({ event_id, data }) => [event_id, data.state])).toEqual([['evt_job_bb', 'failed']]);
  await jobs.close();
  await callbacks.close();
});

it('of a job whose server was killed it is told what was done, and what is left', async () => {
  const { jobs, callbacks } = open();
  const image = (index: number, analysis_id: string | null) => ({
    index,
    filename: `${index}.jpg`,
    analysis_id,
    error: null,
  });
  const { job_id } = await jobs.startTold(
    ann,
    {
      ...work(async (ctx, keep) => {
        for (const index of [0, 1]) {
          ctx.progress?.(index + 1, 3, 'so far');
          keep(image(index, `ana_${index}`), { ...RESULT, analysisIds: ['ana_0', 'ana_1'].slice(0, index + 1) });
        }
        return new Promise(() => {});
      }),
      images: ['0.jpg', '1.jpg', '2.jpg'],
    },
    CALLBACK,
  );
  const noted = async () => (await records.registry.get('job_callback', job_id))!;
  await expect.poll(async () => (await noted()).value).toMatchObject({ analysis_ids: ['ana_0', 'ana_1'] });
  const entry = await noted();
  const { holder, ...value } = entry.value as { holder: object };
  const gone = { ...entry, version: entry.version + 1, value: { ...value, holder: { ...holder, pid: 2 ** 22 + 1 } } };
  expect(await records.registry.replace('job_callback', gone)).toBe(true);
  await open().jobs.tellOfLost();
  await expect.poll(() => told.length).toBe(1);
  expect(told[0]?.data).toMatchObject({
    state: 'failed',
    started_at: expect.any(String),
    progress: { done: 2, total: 3 },
    analysis_ids: ['ana_0', 'ana_1'],
    images: [image(0, 'ana_0'), image(1, 'ana_1'), image(2, null)],
    error: { code: 'SYSTEM_001', advice: expect.stringContaining('neither an analysis nor an error') },
  });
  await jobs.close();
  await callbacks.close();
});

it('of a cancelled job the callback names what it had done', async () => {
  const { jobs, callbacks } = open();
  const image = { index: 0, filename: '0.jpg', analysis_id: 'ana_1', error: null };
  const { job_id } = await jobs.startTold(
    ann,
    {
      ...work((_, keep) => {
        keep(image, RESULT);
        return new Promise(() => {});
      }),
      images: ['0.jpg'],
    },
    CALLBACK,
  );
  jobs.cancel(ann, job_id);
  await expect
    .poll(() => told[0]?.data)
    .toMatchObject({ state: 'cancelled', analysis_ids: ['ana_1'], images: [image] });
  await callbacks.close();
});

it('a job of which nobody is called is not forgotten with its server: its owner hears that it failed, and of nobody else’s', async () => {
  const { jobs, callbacks } = open();
  const images = ['0.jpg', '1.jpg'];
  const done = { index: 0, filename: '0.jpg', analysis_id: 'ana_0', error: null };
  const halfway = work((_, keep) => {
    keep(done, RESULT);
    return new Promise(() => {});
  });
  const { job_id } = jobs.start(ann, { ...halfway, images });
  const ended = jobs.start(
    ann,
    work(async () => RESULT),
  ).job_id;
  const noted = async (id = job_id) => records.registry.get('job_callback', id);
  await expect.poll(async () => (await noted())?.value).toMatchObject({ job: { images: [done, { index: 1 }] } });
  await expect.poll(() => jobs.get(ann, ended).state).toBe('done');
  await expect.poll(() => noted(ended)).toBeNull();
  /** As if the server had been killed. */
  const kill = async () => {
    const entry = (await noted())!;
    const { holder, ...value } = entry.value as { holder: object };
    const gone = { ...entry, version: entry.version + 1, value: { ...value, holder: { ...holder, pid: 2 ** 22 + 1 } } };
    expect(await records.registry.replace('job_callback', gone)).toBe(true);
  };
  const alive = open().jobs;
  await alive.tellOfLost();
  expect(alive.list(ann)).toEqual([]);
  // The next one, and should that be killed too, the one after it.
  for (let n = 0; n < 2; n += 1) {
    await kill();
    const next = open().jobs;
    await next.tellOfLost();
    await next.tellOfLost();
    expect(next.list(ann)).toHaveLength(1);
    expect(next.get(ann, job_id)).toMatchObject({
      ...{ state: 'failed', callback: false, images: [done, { index: 1, analysis_id: null, error: null }] },
      error: { code: 'SYSTEM_001', advice: expect.stringContaining('neither an analysis nor an error') },
    });
    await expect(next.result(ann, job_id)).rejects.toMatchObject({ code: 'SYSTEM_001' });
    expect(() => next.get(callOf('bob'), job_id)).toThrow(expect.objectContaining({ code: 'JOB_001' }));
    expect(next.list(callOf('bob'))).toEqual([]);
  }
  await kill();
  const last = open().jobs;
  await last.tellOfLost();
  last.cancel(ann, job_id);
  await expect.poll(() => noted()).toBeNull();
  expect(() => last.get(ann, job_id)).toThrow(expect.objectContaining({ code: 'JOB_001' }));
  expect(told).toEqual([]);
  await callbacks.close();
});
