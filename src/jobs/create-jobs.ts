import { setTimeout as sleep } from 'node:timers/promises';
import { can, demand } from '../access/can.ts';
import { demandUrgency } from '../access/urgency.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Job, JobImage, JobState } from '../contract/job.ts';
import { PRIORITIES, type Priority } from '../contract/priority.ts';
import { AppError, toAppError } from '../errors.ts';
import { FairShare } from '../fair-share.ts';
import type { Bus } from '../ports/bus.ts';
import { cursorAfter, positionOf } from '../ports/cursor.ts';
import { LATE, withinLimit } from '../within-limit.ts';
import type { JobCallback, JobCallbacks, LostJob } from './job-callbacks.ts';
import { type JobResult, type JobService, type JobWork, MAX_RESULT_CHARACTERS, resultTooLong } from './job-service.ts';
import { RememberedJobs, type RunningJob } from './remembered-jobs.ts';

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

/** Of its time, in which a job ends by itself with what it has. */
const ENDS_ITSELF = 0.98;
/** How long a job takes is taken from the last so many; until one has ended, s. */
const [MEASURED, UNMEASURED_S, LONGEST_WAIT_S] = [20, 5, 60];

/** When the server stops, who waits for the end of a job is told within this, ms. */
const GOODBYE_MS = 500;

/** Work in the background: so many at once, so many waiting, each caller a share. It ends with the process; the next one tells so. */
export function createJobs(parts: JobParts): JobService {
  const { bus, newId, now, findAnalysis, callbacks, limits = {}, clock = performance } = parts;
  const most = { ...LIMITS, ...limits };
  const remembered = new RememberedJobs(clock);
  const places = new FairShare(most.open);
  const waiting = new Map<string, { readonly priority: Priority; readonly begin: () => void }>();
  const took: number[] = [];
  let [open, running, inputBytes, started, lost] = [0, 0, 0, 0, 0];
  let closed = false;

  const at = () => now().toISOString();

  function change(one: RunningJob, to: Partial<Job>): void {
    one.job = { ...one.job, ...to };
    if (to.state === undefined) return;
    const { job_id, kind, state } = one.job;
    void bus.emit({ type: 'job_changed', job_id, kind, state, owner: one.owner });
  }

  function ended(one: RunningJob, state: 'done' | 'failed' | 'cancelled', error: AppError | null = null): void {
    one.error = error;
    const forgotten_at = new Date(now().getTime() + remembered.keptMs).toISOString();
    change(one, {
      state,
      ended_at: at(),
      forgotten_at,
      error: error && shownError(error),
      result: one.result === null ? null : `/api/v1/jobs/${one.job.job_id}/result`,
    });
    remembered.ended(one.job.job_id);
    if (one.promised !== null) {
      const { job, result, noting } = one;
      one.told = Promise.all([one.promised, noting])
        .then(() => callbacks?.tell(job, result?.analysisIds))
        .catch(() => undefined);
    }
  }

  /** Of what it has done so far, for whoever asks, and for whoever has to tell its end should this server be killed. */
  function keep(one: RunningJob, image: JobImage, partial: JobResult | null): void {
    if (one.job.ended_at !== null) return;
    if (partial !== null) one.result = partial;
    change(one, { images: one.job.images?.map((was) => (was.index === image.index ? image : was)) ?? null });
    if (one.promised === null || callbacks === undefined || one.noting !== null) return;
    const note = async (): Promise<void> => {
      await one.promised;
      // What is kept meanwhile goes with the next.
      for (let noted: Job | null = null; noted !== one.job && one.job.ended_at === null; ) {
        noted = one.job;
        await callbacks.note(noted, one.result?.analysisIds);
      }
    };
    one.noting = note()
      .catch(() => undefined)
      .finally(() => {
        one.noting = null;
      });
  }

  async function run(one: RunningJob, { run: work }: JobWork, { principal, client }: CallContext): Promise<void> {
    const { signal } = one.end;
    const began = performance.now();
    change(one, { state: 'running', started_at: at() });
    const progress = (done: number, total: number, message: string) =>
      change(one, { progress: { done, total, message } });
    try {
      const { priority } = one.job;
      const until = began + ENDS_ITSELF * most.runMs;
      const ctx = { principal, progress, priority, until, ...(client !== undefined && { client }) };
      const part = (image: JobImage, partial: JobResult | null) => keep(one, image, partial);
      const result = await withinLimit(signal, most.runMs, (limit) => work({ ...ctx, signal: limit }, part));
      if (signal.aborted) return;
      if (result.text.length > MAX_RESULT_CHARACTERS) throw resultTooLong();
      one.result = result;
      if (result.failure === undefined) ended(one, 'done');
      else ended(one, 'failed', result.failure);
    } catch (thrown) {
      // Who cancelled it has said so already.
      if (signal.aborted) return;
      ended(
        one,
        'failed',
        thrown === LATE ? new AppError('ANALYSIS_003', { message: 'The job took too long.' }) : toAppError(thrown),
      );
    } finally {
      took.unshift(performance.now() - began);
      took.splice(MEASURED);
    }
  }

  /** The most urgent first, and of those the one that has waited longest. */
  function next(): void {
    while (running < most.running) {
      const rank = ([, { priority }]: [string, { readonly priority: Priority }]) => PRIORITIES.indexOf(priority);
      const [first] = [...waiting].toSorted((a, b) => rank(a) - rank(b));
      if (first === undefined) return;
      const [id, { begin }] = first;
      waiting.delete(id);
      begin();
    }
  }

  /** Until one of those that run has probably ended, s. */
  function freeIn(): number {
    if (took.length === 0) return UNMEASURED_S;
    const mean = took.reduce((sum, ms) => sum + ms, 0) / took.length;
    return Math.min(LONGEST_WAIT_S, Math.max(1, Math.ceil(mean / most.running / 1000)));
  }

  function end(one: RunningJob): void {
    one.end.abort();
    ended(one, 'cancelled');
    if (waiting.delete(one.job.job_id)) one.leave();
  }

  /** What its photos are called and what came of them is for who may do its work. */
  function seenBy({ principal }: CallContext, { job, permission }: RunningJob): Job {
    if (can(principal, permission)) return job;
    const { progress } = job;
    return {
      ...job,
      images: null,
      progress: progress && { ...progress, message: `${progress.done} of ${progress.total}` },
    };
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
    demandUrgency(ctx);
    if (closed) throw new AppError('SYSTEM_001', { message: 'The server is stopping.' });
    if (callback !== undefined) callbacks?.check(callback);
    const full = open >= most.open || (open > 0 && inputBytes + work.inputBytes > most.inputBytes);
    const back = full ? null : places.take(ctx.principal.id);
    if (back === null) {
      throw new AppError('SYSTEM_002', { message: 'Too many jobs are waiting.', retryAfterS: freeIn() });
    }
    started += 1;
    const one: RunningJob = {
      job: {
        job_id: newId('job'),
        kind: work.kind,
        state: 'queued',
        priority: ctx.priority ?? 'low',
        callback: callback !== undefined,
        images: work.images?.map((filename, index) => ({ index, filename, analysis_id: null, error: null })) ?? null,
        progress: null,
        created_at: at(),
        started_at: null,
        ended_at: null,
        forgotten_at: null,
        error: null,
        result: null,
      },
      owner: ctx.principal.id,
      place: started,
      permission: work.permission,
      result: null,
      error: null,
      promised: null,
      noting: null,
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
    waiting.set(one.job.job_id, { priority: one.job.priority, begin });
    // Who wants to be called waits for that.
    one.promised = callbacks?.promise(one.job, one.owner, one.permission, callback ?? null) ?? null;
    one.promised?.catch(() => undefined);
    next();
    return one;
  }

  /** Of a server that is gone: what it was given is gone with it. */
  function takeOver({ job, owner, permission }: LostJob): void {
    const { code = 'SYSTEM_001', ...said } = job.error ?? {};
    lost += 1;
    remembered.add({
      ...{ job, owner, permission, place: -lost, result: null, promised: null, noting: null },
      error: new AppError(code as 'SYSTEM_001', said),
      told: Promise.resolve(),
      end: new AbortController(),
      leave: () => undefined,
    });
    remembered.ended(job.job_id);
  }

  const mine = ({ principal }: CallContext, state?: JobState): RunningJob[] =>
    remembered.of(principal.id).filter(({ job }) => state === undefined || job.state === state);
  const list = (ctx: CallContext, state?: JobState) => mine(ctx, state).map((one) => seenBy(ctx, one));

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
    tellOfLost: async () => callbacks?.tellOfLost(takeOver),
    list,
    page(ctx, { state }, { limit, cursor }) {
      const after = positionOf('jobs', cursor);
      const before = after === null ? Number.POSITIVE_INFINITY : Number(after.id);
      const left = mine(ctx, state).filter(({ place }) => place < before);
      const items = left.slice(0, limit);
      const last = items.at(-1);
      const isMore = last !== undefined && left.length > items.length;
      return {
        items: items.map((one) => seenBy(ctx, one)),
        nextCursor: isMore ? cursorAfter('jobs', { at: last.job.created_at, id: String(last.place) }) : null,
      };
    },
    get: (ctx, id) => seenBy(ctx, own(ctx, id)),
    async result(ctx, id) {
      const { job, result, error } = ownToUse(ctx, id);
      if (error !== null && result === null) throw error;
      if (result === null || job.ended_at === null)
        throw new AppError('JOB_002', { details: { job_id: id, state: job.state } });
      for (const analysis of result.analysisIds ?? []) await findAnalysis(ctx, analysis);
      return result;
    },
    cancel(ctx, id) {
      const one = ownToUse(ctx, id);
      if (one.job.ended_at !== null) {
        remembered.forget(id);
        callbacks?.forget(id).catch(() => undefined);
        return one.job;
      }
      end(one);
      return one.job;
    },
    async close() {
      closed = true;
      waiting.clear();
      const all = remembered.all();
      for (const one of all) {
        one.end.abort();
        // Who is not called is told by the next server.
        if (one.job.callback && one.job.ended_at === null) ended(one, 'failed', stopping());
      }
      await Promise.race([Promise.all(all.map(({ told }) => told)), sleep(GOODBYE_MS, undefined, { ref: false })]);
      callbacks?.close();
    },
  };
}

const stopping = () => new AppError('SYSTEM_001', { message: 'The server is stopping; the job was given up.' });

function shownError(error: AppError): Job['error'] {
  const { code, message, advice, retry_after_s } = error.toJSON();
  return { code, message, advice, ...(retry_after_s !== undefined && { retry_after_s }) };
}
