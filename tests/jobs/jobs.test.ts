import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { CallContext } from '../../src/contract/call-context.ts';
import { AppError } from '../../src/errors.ts';
import { createBus } from '../../src/events/bus.ts';
import { createJobs, type JobParts } from '../../src/jobs/create-jobs.ts';
import type { JobResult, JobWork } from '../../src/jobs/job-service.ts';
import { callOf } from '../support/caller.ts';

const ann = callOf('ann');
const bob = callOf('bob');
const RESULT: JobResult = { contentType: 'text/plain', text: 'done' };

function open(limits: JobParts['limits'] = {}, clock: { now(): number } = performance) {
  let ids = 0;
  const states: string[] = [];
  const bus = createBus((error) => {
    throw error;
  });
  bus.on((event) => {
    if (event.type === 'job_changed') states.push(`${event.owner} ${event.job_id} ${event.state}`);
  });
  const findAnalysis = async (_ctx: CallContext, id: string) => {
    if (id === 'gone') throw new AppError('ANALYSIS_008');
  };
  const jobs = createJobs({
    bus,
    newId: (prefix) => `${prefix}_${++ids}`,
    now: () => new Date(),
    findAnalysis,
    limits,
    clock,
  });
  return { jobs, states };
}

const work = (run: JobWork['run'], inputBytes = 0): JobWork => ({
  kind: 'batch',
  permission: 'analysis:write',
  inputBytes,
  run,
});
/** One that waits until it is let go, or heeds nobody. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<JobResult>();
  return { work: work(() => promise), finish: () => resolve(RESULT), fail: reject };
}
const settled = () => sleep(1);

it('runs, tells how far it is, and keeps what came of it', async () => {
  const { jobs, states } = open();
  const go = held();
  const job = jobs.start(
    ann,
    work(async (ctx) => {
      ctx.progress?.(1, 3, 'one of three');
      return (await go.work.run(ctx, () => {})) as JobResult;
    }),
  );
  expect(job).toMatchObject({
    state: 'running',
    progress: { done: 1, total: 3, message: 'one of three' },
    result: null,
  });
  await expect(jobs.result(ann, job.job_id)).rejects.toMatchObject({ code: 'JOB_002' });
  go.finish();
  await settled();
  expect(jobs.get(ann, job.job_id)).toMatchObject({ state: 'done', result: '/api/v1/jobs/job_1/result', error: null });
  expect(await jobs.result(ann, job.job_id)).toEqual(RESULT);
  expect(states).toEqual(['ann job_1 queued', 'ann job_1 running', 'ann job_1 done']);
});

it('is its owner’s alone', async () => {
  const { jobs } = open();
  const { job_id: id } = jobs.start(ann, held().work);
  for (const attempt of [() => jobs.get(bob, id), () => jobs.cancel(bob, id)]) {
    expect(attempt).toThrow(expect.objectContaining({ code: 'JOB_001' }));
  }
  await expect(jobs.result(bob, id)).rejects.toMatchObject({ code: 'JOB_001' });
  expect([jobs.list(bob), jobs.list(ann).length]).toEqual([[], 1]);
  expect(() => jobs.start(callOf('eve', 'viewer'), held().work)).toThrow(expect.objectContaining({ code: 'AUTH_003' }));
});

it('a key of its owner that may not do the work has not its result either, and ends none', async () => {
  const { jobs } = open();
  const one = held();
  const { job_id: id } = jobs.start(ann, one.work);
  const key = { principal: { ...ann.principal, kind: 'key' as const, permissions: ['servers:read' as const] } };
  expect(jobs.get(key, id).state).toBe('running');
  expect(() => jobs.cancel(key, id)).toThrow(expect.objectContaining({ code: 'AUTH_003' }));
  one.finish();
  await settled();
  await expect(jobs.result(key, id)).rejects.toMatchObject({ code: 'AUTH_003' });
  expect(() => jobs.cancel(key, id)).toThrow(expect.objectContaining({ code: 'AUTH_003' }));
  expect(await jobs.result(ann, id)).toEqual(RESULT);
});

it('so many run at once, the others wait in order, and one that waits can be cancelled', async () => {
  const { jobs } = open({ running: 2 });
  const all = [held(), held(), held(), held()];
  const ids = all.map((one) => jobs.start(ann, one.work).job_id);
  const states = () => ids.map((id) => jobs.get(ann, id).state);
  expect(states()).toEqual(['running', 'running', 'queued', 'queued']);
  expect(jobs.cancel(ann, ids[2]!).state).toBe('cancelled');
  all[0]!.finish();
  await settled();
  expect(states()).toEqual(['done', 'running', 'cancelled', 'running']);
});

it('cancelling ends one that heeds nobody, and its place is free at once', async () => {
  const { jobs } = open({ running: 1 });
  const deaf = jobs.start(ann, held().work);
  const next = held();
  const waits = jobs.start(ann, next.work);
  let aborted = false;
  jobs.cancel(ann, deaf.job_id);
  await settled();
  expect(jobs.get(ann, waits.job_id).state).toBe('running');
  const heeds = jobs.start(
    ann,
    work(async ({ signal }) => {
      await new Promise((done) => signal?.addEventListener('abort', done));
      aborted = true;
      return RESULT;
    }),
  );
  next.finish();
  await settled();
  jobs.cancel(ann, heeds.job_id);
  await settled();
  expect([aborted, jobs.get(ann, heeds.job_id).state]).toEqual([true, 'cancelled']);
  await expect(jobs.result(ann, heeds.job_id)).rejects.toMatchObject({ code: 'JOB_002' });
});

it('what fails says why, in words of the catalogue', async () => {
  const { jobs } = open();
  const known = jobs.start(
    ann,
    work(() => Promise.reject(new AppError('RULES_002'))),
  );
  const unknown = jobs.start(
    ann,
    work(() => Promise.reject(new Error('secret /etc/path'))),
  );
  await settled();
  expect(jobs.get(ann, known.job_id)).toMatchObject({ state: 'failed', error: { code: 'RULES_002' } });
  expect(JSON.stringify(jobs.list(ann))).not.toContain('secret');
  await expect(jobs.result(ann, known.job_id)).rejects.toMatchObject({ code: 'RULES_002' });
  expect(jobs.get(ann, unknown.job_id).error?.code).toBe('SYSTEM_003');
});

it('takes too long at some time', async () => {
  const { jobs } = open({ runMs: 20 });
  const { job_id: id } = jobs.start(ann, held().work);
  await expect.poll(() => jobs.get(ann, id)).toMatchObject({ state: 'failed', error: { code: 'ANALYSIS_003' } });
});

it('no more wait than fit, one caller leaves room for others, and what was refused or cancelled holds no place', async () => {
  const { jobs } = open({ open: 10, running: 1 });
  const ids = Array.from({ length: 8 }, () => jobs.start(ann, held().work).job_id);
  const busy = expect.objectContaining({ code: 'SYSTEM_002', retryAfterS: 5 });
  expect(() => jobs.start(ann, held().work)).toThrow(busy);
  jobs.start(bob, held().work);
  jobs.start(bob, held().work);
  expect(() => jobs.start(bob, held().work)).toThrow(busy);
  jobs.cancel(ann, ids[7]!);
  jobs.start(bob, held().work);
  const { jobs: other } = open({ inputBytes: 100, running: 1 });
  other.start(ann, work(held().work.run, 80));
  expect(() => other.start(ann, work(held().work.run, 30))).toThrow(busy);
});

it('is forgotten an hour after its end, or when its owner says so, and never while it runs', async () => {
  let at = 1000;
  const { jobs } = open({}, { now: () => at });
  const go = held();
  const [ends, runs] = [jobs.start(ann, go.work), jobs.start(ann, held().work)];
  go.finish();
  await settled();
  at += 3_599_000;
  expect(jobs.list(ann)).toHaveLength(2);
  await settled();
  at += 2000;
  expect(jobs.list(ann).map(({ job_id }) => job_id)).toEqual([runs.job_id]);
  expect(() => jobs.get(ann, ends.job_id)).toThrow(/no job/);
  jobs.cancel(ann, runs.job_id);
  jobs.cancel(ann, runs.job_id);
  expect(jobs.list(ann)).toEqual([]);
});

it('results do not fill the memory: the oldest go', async () => {
  const { jobs } = open();
  const text = 'x'.repeat(16 * 2 ** 20 - 2);
  for (let i = 0; i < 6; i += 1) {
    jobs.start(
      ann,
      work(async () => ({ ...RESULT, text })),
    );
    await settled();
  }
  expect(jobs.list(ann).length).toBe(4);
  const long = jobs.start(
    ann,
    work(async () => ({ ...RESULT, text: 'x'.repeat(16 * 2 ** 20 + 1) })),
  );
  await settled();
  expect(jobs.get(ann, long.job_id)).toMatchObject({ state: 'failed', error: { code: 'SYSTEM_002' } });
});

it('a result that speaks of a deleted analysis is none', async () => {
  const { jobs } = open();
  const { job_id: id } = jobs.start(
    ann,
    work(async () => ({ ...RESULT, analysisIds: ['there', 'gone'] })),
  );
  await settled();
  await expect(jobs.result(ann, id)).rejects.toMatchObject({ code: 'ANALYSIS_008' });
});

it('closing ends what runs and takes nothing more', async () => {
  const { jobs } = open();
  let aborted = false;
  jobs.start(
    ann,
    work(async ({ signal }) => {
      await new Promise((done) => signal?.addEventListener('abort', done));
      aborted = true;
      return RESULT;
    }),
  );
  jobs.close();
  await settled();
  expect(aborted).toBe(true);
  expect(() => jobs.start(ann, held().work)).toThrow(expect.objectContaining({ code: 'SYSTEM_001' }));
});

const image = (index: number, found: { analysis_id?: string; error?: string } = {}) => ({
  ...{ index, filename: `${index}.jpg`, analysis_id: null, error: null },
  ...found,
});
/** Three photos, of which the first is done. */
const begun = () => {
  const { promise, resolve, reject } = Promise.withResolvers<JobResult>();
  const of: JobWork = {
    ...work((_, keep) => {
      keep(image(0, { analysis_id: 'ana_0' }), { ...RESULT, text: 'a part', analysisIds: ['ana_0'] });
      return promise;
    }),
    images: ['0.jpg', '1.jpg', '2.jpg'],
  };
  return { of, finish: resolve, fail: reject };
};

it('one that is cancelled, or takes too long, tells what it had done and what is left', async () => {
  const { jobs } = open();
  const { job_id: id } = jobs.start(ann, begun().of);
  await expect(jobs.result(ann, id)).rejects.toMatchObject({ code: 'JOB_002' });
  const result = `/api/v1/jobs/${id}/result`;
  const images = [image(0, { analysis_id: 'ana_0' }), image(1), image(2)];
  expect(jobs.cancel(ann, id)).toMatchObject({ state: 'cancelled', images, result });
  expect(await jobs.result(ann, id)).toMatchObject({ text: 'a part' });
  const { jobs: short } = open({ runMs: 20 });
  const late = short.start(ann, begun().of);
  await expect.poll(() => short.get(ann, late.job_id)).toMatchObject({ state: 'failed', images });
  expect(await short.result(ann, late.job_id)).toMatchObject({ text: 'a part' });
  const never = jobs.start(ann, held().work);
  expect(jobs.cancel(ann, never.job_id).result).toBeNull();
});

it('one in which nothing came out well has failed, and its result says why', async () => {
  const { jobs } = open();
  const failure = new AppError('SYSTEM_002', { message: 'None of the 3 images.', retryAfterS: 9 });
  const { job_id: id } = jobs.start(
    ann,
    work(async () => ({ ...RESULT, failure })),
  );
  await settled();
  expect(jobs.get(ann, id)).toMatchObject({
    state: 'failed',
    error: { code: 'SYSTEM_002', message: 'None of the 3 images.', retry_after_s: 9 },
    result: `/api/v1/jobs/${id}/result`,
  });
  expect(await jobs.result(ann, id)).toMatchObject({ text: 'done' });
});

it('the most urgent that waits is next; "critical" is not for everybody', async () => {
  const { jobs } = open({ running: 1 });
  const first = held();
  jobs.start(ann, first.work);
  const seen: string[] = [];
  const named = (name: string) =>
    work(async (ctx) => {
      seen.push(`${name} ${ctx.priority}`);
      return RESULT;
    });
  jobs.start(ann, named('a'));
  jobs.start({ ...ann, priority: 'normal' }, named('b'));
  const { priority } = jobs.start({ ...ann, priority: 'high' }, named('c'));
  expect(priority).toBe('high');
  first.finish();
  await expect.poll(() => seen).toEqual(['c high', 'b normal', 'a low']);
  const critical = { ...callOf('eve', 'analyst'), priority: 'critical' as const };
  expect(() => jobs.start(critical, named('d'))).toThrow(
    expect.objectContaining({ code: 'AUTH_003', message: expect.stringContaining('critical') }),
  );
});

it('are listed page by page, newest first, or those of one state', async () => {
  const { jobs } = open({ running: 1 });
  const ids = Array.from({ length: 5 }, () => jobs.start(ann, held().work).job_id).toReversed();
  const first = jobs.page(ann, {}, { limit: 2 });
  const second = jobs.page(ann, {}, { limit: 2, cursor: first.nextCursor! });
  jobs.start(ann, held().work);
  const third = jobs.page(ann, {}, { limit: 2, cursor: second.nextCursor! });
  expect([first, second, third].map(({ items }) => items.map(({ job_id }) => job_id))).toEqual([
    ids.slice(0, 2),
    ids.slice(2, 4),
    ids.slice(4),
  ]);
  expect(third.nextCursor).toBeNull();
  expect(jobs.page(ann, { state: 'running' }, { limit: 5 }).items.map(({ job_id }) => job_id)).toEqual([ids[4]]);
  expect(jobs.page(bob, {}, { limit: 5 }).items).toEqual([]);
  expect(() => jobs.page(ann, {}, { limit: 2, cursor: 'x' })).toThrow(
    expect.objectContaining({ code: 'VALIDATION_002' }),
  );
});

it('who may not do its work sees neither its photos nor what came of them', () => {
  const { jobs } = open();
  const { job_id: id } = jobs.start(ann, {
    ...begun().of,
    run(ctx) {
      ctx.progress?.(1, 3, '1 of 3 images; image 0 (secret.jpg)');
      return held().work.run(ctx, () => {});
    },
  });
  const key = { principal: { ...ann.principal, kind: 'key' as const, permissions: ['servers:read' as const] } };
  for (const seen of [jobs.get(key, id), jobs.list(key)[0]]) {
    expect(seen).toMatchObject({ images: null, progress: { message: '1 of 3' } });
  }
  expect(jobs.get(ann, id).images).toHaveLength(3);
});

it('who finds no place is told by how long the last ones took', async () => {
  const { jobs } = open({ open: 1, running: 1 });
  const slow = held();
  jobs.start(ann, slow.work);
  expect(() => jobs.start(bob, held().work)).toThrow(expect.objectContaining({ retryAfterS: 5 }));
  slow.finish();
  await settled();
  jobs.start(ann, held().work);
  expect(() => jobs.start(bob, held().work)).toThrow(expect.objectContaining({ retryAfterS: 1 }));
});
