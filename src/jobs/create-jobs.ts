import { setTimeout as sleep } from 'node:timers/promises';
import { demand } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Job } from '../contract/job.ts';
import { PRIORITIES, type Priority } from '../contract/priority.ts';
import { AppError, toAppError } from '../errors.ts';
import { FairShare } from '../fair-share.ts';
import type { Bus } from '../ports/bus.ts';
import { WaitingLine } from '../waiting-line.ts';
import { LATE, withinLimit } from '../within-limit.ts';
import type { JobCallback, JobCallbacks } from './job-callbacks.ts';
import { type JobService, type JobWork, MAX_RESULT_CHARACTERS, resultTooLong } from './job-service.ts';
import { RememberedJobs, type RunningJob, type Waiting } from './remembered-jobs.ts';

export interface JobParts {
  readonly bus: Bus;
  readonly newId: (prefix: string) => string;
  readonly now: () => Date;
  /** Throws ANALYSIS_008 where the caller has no such analysis. */
  readonly findAnalysis: (ctx: CallContext, id: string) => Promise<unknown>;
  /** Absent: nobody can be told. */
  readonly callbacks?: JobCallbacks;
  readonly limits?: Partial<JobLimits>;
  /** Milliseconds; never goes back. */
  readonly clock?: { now(): number };
}

interface JobLimits {
  readonly running: number;
  /** Jobs that wait or run, of all callers. */
  readonly open: number;
  /** What those hold, bytes. */
  readonly inputBytes: number;
  /** A job is ended after this, ms. */
  readonly runMs: number;
}

const LIMITS: JobLimits = {
  running: 2,
  open: 32,
  inputBytes: 96 * 2 ** 20,
  runMs: 600_000,
};

/** What waits for nobody comes after what somebody waits for, where its caller says nothing else. */
const USUAL: Priority = 'low';
/** Of the time of a job, for the answer to what was done in it, ms. */
const LEFT_MS = 10_000;

/** When the server stops, who waits for the end of a job is told within this, ms. */
const GOODBYE_MS = 500;

/** Work in the background: so many at once, so many waiting, each caller a share. It ends with the process. */
export function createJobs(parts: JobParts): JobService {
  const { bus, newId, now, findAnalysis, callbacks, limits = {}, clock = performance } = parts;
  const most = { ...LIMITS, ...limits };
  const remembered = new RememberedJobs(clock);
  const places = new FairShare(most.open);
  const waiting = new WaitingLine<Waiting>(PRIORITIES.length);
  let [open, running, inputBytes] = [0, 0, 0];
  let closed = false;

  const at = () => now().toISOString();

  function change(one: RunningJob, to: Partial<Job>): void {
    one.job = { ...one.job, ...to };
    if (to.state === undefined) return;
    const { job_id, kind, state } = one.job;
    void bus.emit({ type: 'job_changed', job_id, kind, state, owner: one.owner });
  }

  function ended(one: RunningJob, state: 'done' | 'failed' | 'cancelled', error: AppError | null = null): void {
    const shown = error?.toJSON();
    one.error = error;
    const forgotten_at = new Date(now().getTime() + remembered.keptMs).toISOString();
    change(one, {
      state,
      ended_at: at(),
      forgotten_at,
      error: shown ? { code: shown.code, message: shown.message, advice: shown.advice } : null,
      result: state === 'done' ? `/api/v1/jobs/${one.job.job_id}/result` : null,
    });
    remembered.ended(one.job.job_id);
    if (one.promised !== null) {
      const { job, result } = one;
      const ids = result?.analysisIds ?? one.stored;
      one.told = one.promised.then(() => callbacks?.tell(job, ids)).catch(() => undefined);
    }
  }

  async function run(
    one: RunningJob,
    { run: work }: JobWork,
    { principal, client, priority = USUAL }: CallContext,
  ): Promise<void> {
    const { signal } = one.end;
    change(one, { state: 'running', started_at: at() });
    const progress = (done: number, total: number, message: string) =>
      change(one, { progress: { done, total, message } });
    try {
      const ctx = {
        ...{ principal, progress, priority, withinMs: most.runMs - LEFT_MS },
        ...(client !== undefined && { client }),
      };
      const result = await withinLimit(signal, most.runMs, (limit) =>
        work({ ...ctx, signal: limit }, (id) => one.stored.push(id)),
      );
      if (signal.aborted) return;
      if (result.text.length > MAX_RESULT_CHARACTERS) throw resultTooLong();
      one.result = result;
      ended(one, 'done');
    } catch (thrown) {
      // Who cancelled it has said so already.
      if (signal.aborted) return;
      ended(
        one,
        'failed',
        thrown === LATE ? new AppError('ANALYSIS_003', { message: 'The job took too long.' }) : toAppError(thrown),
      );
    }
  }

  function next(): void {
    while (running < most.running) {
      const first = waiting.take();
      if (first === undefined) return;
      first.one.waits = null;
      first.begin();
    }
  }

  function end(one: RunningJob): void {
    one.end.abort();
    ended(one, 'cancelled');
    if (one.waits === null) return;
    waiting.remove(one.waits);
    one.waits = null;
    one.leave();
  }

  function own({ principal }: CallContext, id: string): RunningJob {
    const one = remembered.get(id);
    if (one === undefined || one.owner !== principal.id) throw new AppError('JOB_001', { details: { job_id: id } });
    return one;
  }

  /** For whoever may do its work: a key of the same user may do less than the one that started it. */
  function ownToUse(ctx: CallContext, id: string): RunningJob {
    const one = own(ctx, id);
    demand(ctx.principal, one.permission);
    return one;
  }

  function start(ctx: CallContext, work: JobWork, callback?: JobCallback): RunningJob {
    demand(ctx.principal, work.permission);
    // As for one analysis.
    if (ctx.priority === 'critical') demand(ctx.principal, 'servers:control');
    const { total } = work;
    if (closed) throw new AppError('SYSTEM_001', { message: 'The server is stopping.' });
    if (callback !== undefined) callbacks?.check(callback);
    const full = open >= most.open || (open > 0 && inputBytes + work.inputBytes > most.inputBytes);
    const back = full ? null : places.take(ctx.principal.id);
    if (back === null) throw new AppError('SYSTEM_002', { message: 'Too many jobs are waiting.', retryAfterS: 5 });
    const one: RunningJob = {
      job: {
        job_id: newId('job'),
        kind: work.kind,
        state: 'queued',
        progress: total === undefined ? null : { done: 0, total, message: `0 of ${total}` },
        created_at: at(),
        started_at: null,
        ended_at: null,
        forgotten_at: null,
        error: null,
        result: null,
      },
      owner: ctx.principal.id,
      permission: work.permission,
      result: null,
      error: null,
      waits: null,
      stored: [],
      promised: null,
      told: Promise.resolve(),
      end: new AbortController(),
      leave() {
        one.leave = () => undefined;
        open -= 1;
        inputBytes -= work.inputBytes;
        back();
      },
    };
    open += 1;
    inputBytes += work.inputBytes;
    remembered.add(one);
    change(one, { state: 'queued' });
    const begin = () => {
      running += 1;
      void run(one, work, ctx).finally(() => {
        running -= 1;
        one.leave();
        next();
      });
    };
    one.waits = { one, begin };
    waiting.add(one.waits, PRIORITIES.indexOf(ctx.priority ?? USUAL), ctx.principal.id);
    if (callback !== undefined && callbacks !== undefined) {
      one.promised = callbacks.promise(one.job, one.owner, callback);
      // Who starts it waits for that.
      one.promised.catch(() => undefined);
    }
    next();
    return one;
  }

  return {
    start: (ctx, work) => start(ctx, work).job,
    async startTold(ctx, work, callback) {
      const one = start(ctx, work, callback);
      try {
        await one.promised;
      } catch (thrown) {
        end(one);
        throw thrown;
      }
      return one.job;
    },
    tellOfLost: async () => callbacks?.tellOfLost(),
    list: ({ principal }) => remembered.of(principal.id).map(({ job }) => job),
    get: (ctx, id) => own(ctx, id).job,
    async result(ctx, id) {
      const { job, result, error, stored } = ownToUse(ctx, id);
      if (error !== null) throw error;
      if (result === null)
        throw new AppError('JOB_002', { details: { job_id: id, state: job.state, analysis_ids: stored } });
      for (const analysis of result.analysisIds ?? []) await findAnalysis(ctx, analysis);
      return result;
    },
    cancel(ctx, id) {
      const one = ownToUse(ctx, id);
      if (one.job.ended_at !== null) {
        remembered.forget(id);
        return one.job;
      }
      end(one);
      return one.job;
    },
    async close() {
      closed = true;
      while (waiting.take() !== undefined);
      const all = remembered.all();
      for (const one of all) {
        one.end.abort();
        if (one.promised !== null && one.job.ended_at === null) ended(one, 'failed', stopping());
      }
      await Promise.race([Promise.all(all.map(({ told }) => told)), sleep(GOODBYE_MS, undefined, { ref: false })]);
      callbacks?.close();
    },
  };
}

const stopping = () => new AppError('SYSTEM_001', { message: 'The server is stopping; the job was given up.' });
