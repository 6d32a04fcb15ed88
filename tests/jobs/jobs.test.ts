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
