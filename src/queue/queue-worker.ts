import { hostname } from 'node:os';
import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import { answerWork, type WorkParts } from '../analysis/away/answer-work.ts';
import { encodeFailure, modelCard } from '../analysis/away/outcome.ts';
import { knownDetections } from '../analysis/known-detections.ts';
import type { PipelineParts } from '../analysis/pipeline.ts';
import { AppError, type ErrorCode, toAppError } from '../errors.ts';
import type { ImageIntake } from '../image/image.ts';
import type { Cache } from '../ports/cache.ts';
import type { RedisClient } from '../storage/redis/queue-client.ts';
import type { Log } from '../telemetry/log.ts';
import { VERSION } from '../version.ts';
import type { QueueKeys } from './queue-keys.ts';
import { BEAT_MS, isAble, QueueStore, type WorkerCard } from './queue-store.ts';

export interface WorkerParts extends PipelineParts {
  readonly intake: ImageIntake;
  readonly cache: Cache;
  /** Answers at once, or fails. */
  readonly asking: RedisClient;
  /** Waits for jobs; closed with the worker. */
  readonly waiting: RedisClient;
  readonly keys: QueueKeys;
  readonly concurrency: number;
  /** Analyses a second that all workers begin; 0: any number. */
  readonly rate: number;
  readonly timeoutMs: number;
  /** Of what could not be done, bytes. */
  readonly mostDeadBytes: number;
  readonly log: Log;
  readonly newId: () => string;
}

/** A worker that says nothing for so long has lost its jobs to others, and how often they look, ms. */
const LOCK_MS = 6000;
const STALLED_MS = 3000;
/** Workers that one analysis may take along. */
const MOST_STALLS = 5;
/** Whether somebody still waits is asked so often, ms. */
const WANTED_MS = 1000;

/** What may pass: the same analysis can succeed on another machine, or here a little later. */
const MAY_PASS: ReadonlySet<ErrorCode> = new Set([
  'ANALYSIS_001',
  'ANALYSIS_002',
  'ANALYSIS_005',
  'ANALYSIS_007',
  'ANALYSIS_009',
  'SYSTEM_001',
  'SYSTEM_002',
]);

/** What this machine lacks, whatever the photo: another one may have it. */
const OF_THE_MACHINE: ReadonlySet<ErrorCode> = new Set(['ANALYSIS_001', 'ANALYSIS_007', 'ANALYSIS_009']);
/** How long a worker that failed so leaves analyses to others at first, and at most, ms. */
const REST_MS = 5000;
const MOST_REST_MS = 60_000;

/** Takes analyses from the queue until it is closed. */
export class QueueWorker {
  private readonly parts: WorkerParts;
  private readonly store: QueueStore;
  private readonly worker: Worker;
  private readonly working: WorkParts;
  private readonly id: string;
  private readonly startedAt = new Date().toISOString();
  private readonly beating: NodeJS.Timeout;
  private readonly startedUp: Promise<unknown>;
  /** Why it takes nothing now; null: it takes analyses. */
  private trouble: string | null = null;
  /** What it failed with where others can do it, and until when it leaves analyses to them, ms of this process. */
  private resting: { readonly reason: string; readonly until: number } | null = null;
  private restMs = REST_MS;
  private isClosing = false;

  constructor(parts: WorkerParts) {
    const { keys, log } = parts;
    this.parts = parts;
    this.id = parts.newId();
    this.store = new QueueStore(parts.asking, keys);
    const remembering = knownDetections({ ...parts, version: VERSION });
    this.working = {
      ...parts,
      detectorFor: ({ use_cache, store }) =>
        use_cache === false ? parts.detector : remembering({ where: store ? 'shared' : 'here' }),
    };
    this.worker = new Worker(keys.queue, (job, token) => this.take(job, token), {
      prefix: keys.prefix,
      connection: parts.waiting,
      skipVersionCheck: true,
      name: this.id,
      // `look` starts it, once it knows that it can work.
      autorun: false,
      concurrency: parts.concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_MS,
      maxStalledCount: MOST_STALLS,
      runRetryDelay: 1000,
      // An idle worker asks so often, s: one that rests may hand back a job that no marker tells the others of.
      drainDelay: 1,
      ...(parts.rate > 0 && { limiter: { max: parts.rate, duration: 1000 } }),
    });
    let isLost = false;
    this.worker.on('error', (err) => {
      if (!isLost) log.warn({ err }, 'the queue gives no answer; it is tried again');
      isLost = true;
    });
    this.worker.on('ready', () => {
      if (isLost) log.info('the queue answers again');
      isLost = false;
    });
    this.worker.on('failed', (job, err) => {
      if (job?.id === undefined || job.finishedOn === undefined) return;
      log.warn(
        { job: job.id, attempts: job.attemptsMade, reason: err.message.slice(0, 500) },
        'an analysis was given up',
      );
      const isKept = job.opts.removeOnFail !== true;
      (isKept ? this.store.bury(job.id, parts.mostDeadBytes) : this.store.leave(job.id, false)).catch(
        (thrown: unknown) => log.warn({ err: thrown }, 'it is not kept'),
      );
    });
    const beat = () => void this.beat();
    this.beating = setInterval(beat, BEAT_MS).unref();
    this.startedUp = this.beat();
  }

  get name(): string {
    return this.id;
  }

  /** When Redis answers: why it takes no analyses now; null: it takes them. */
  async ready(): Promise<string | null> {
    await this.worker.waitUntilReady();
    const { asking } = this.parts;
    if (asking.status !== 'ready') {
      await new Promise((resolve) => asking.once('ready', resolve).once('end', resolve));
    }
    await this.startedUp;
    await this.beat();
    return this.trouble;
  }

  /** Takes no more, and ends what it has; after `ms` the rest is left to others. */
  async close(ms: number): Promise<void> {
    this.isClosing = true;
    clearInterval(this.beating);
    await this.store.leaveWorkers(this.id).catch(() => undefined);
    const late = setTimeout(() => this.parts.waiting.disconnect(), ms).unref();
    await Promise.race([this.worker.close(), new Promise((resolve) => setTimeout(resolve, ms).unref())]);
    clearTimeout(late);
    this.parts.waiting.disconnect();
    this.parts.asking.disconnect();
  }

  private async beat(): Promise<void> {
    await this.look();
    const card = await modelCard(this.parts.detector);
    if (this.isClosing) return;
    const mine: WorkerCard = {
      worker_id: this.id,
      host: hostname().slice(0, 100),
      version: VERSION,
      model: card?.usual.name ?? null,
      concurrency: this.parts.concurrency,
      started_at: this.startedAt,
      trouble: this.trouble,
      card,
    };
    await this.store.beat(mine).catch(() => undefined);
  }

  /** Whether it can work: it takes analyses as long as it can, and says each change. */
  private async look(): Promise<void> {
    const { log, detector } = this.parts;
    const lack = await detector.identity({}).then(
      () => null,
      (thrown: unknown) => inWords(toAppError(thrown)),
    );
    // Workers that fail together each saw the others well: where none of them works, resting helps nobody.
    const isOver = this.resting !== null && (performance.now() >= this.resting.until || !(await this.othersCan()));
    if (isOver) this.resting = null;
    const trouble = lack ?? this.resting?.reason ?? null;
    if (this.isClosing) return;
    if (trouble !== null && trouble !== this.trouble) log.error({ trouble }, 'this worker takes no analyses');
    if (trouble === null && this.trouble !== null) log.info('this worker takes analyses again');
    this.trouble = trouble;
    const { worker } = this;
    if (trouble !== null) {
      if (worker.isRunning()) await worker.pause(true);
    } else if (worker.isPaused()) await worker.resume();
    else if (!worker.isRunning()) worker.run().catch((err: unknown) => log.warn({ err }, 'it is started again'));
  }

  /** What failed here may be done by another machine, if there is one that can: then this one leaves it alone for a while. */
  private async rest(error: AppError): Promise<void> {
    if (this.resting !== null) return;
    // Another analysis that failed with it may have been faster.
    if (!(await this.othersCan()) || this.resting !== null) return;
    this.resting = { reason: inWords(error), until: performance.now() + this.restMs };
    this.restMs = Math.min(2 * this.restMs, MOST_REST_MS);
    await this.beat();
  }

  private async othersCan(): Promise<boolean> {
    const all = await this.store.workers().catch(() => []);
    return all.some((one) => one.worker_id !== this.id && one.version === VERSION && isAble(one));
  }

  private async take(job: Job, token?: string): Promise<string> {
    const id = job.id as string;
    if (this.trouble !== null) {
      // It was asked for before this worker knew that it cannot.
      await job.moveToWait(token);
      throw new WaitingError();
    }
    const entry = await this.store.work(id);
    // Its caller has gone, or its time is over.
    if (entry === null) return 'unwanted';
    // Whoever had it before may have been killed on the last step.
    if (job.attemptsStarted > 1 && (await this.store.hasResult(id))) {
      await this.store.leave(id, true);
      return 'done';
    }
    const began = performance.now();
    const end = new AbortController();
    const asking = setInterval(async () => {
      if (!(await this.store.isWanted(id).catch(() => true))) end.abort();
    }, WANTED_MS);
    try {
      const signal = AbortSignal.any([end.signal, AbortSignal.timeout(this.parts.timeoutMs)]);
      // What Redis fails with is no fault of the analysis: it is thrown as it is, and tried again.
      const text = await answerWork(this.working, entry, {
        signal,
        step: (stage) => void job.updateProgress(stage).catch(() => undefined),
      }).catch(async (thrown: unknown) => {
        const error = this.failure(thrown);
        if (OF_THE_MACHINE.has(error.code)) await this.rest(error);
        throw MAY_PASS.has(error.code) ? new Error(encodeFailure(error)) : new UnrecoverableError(encodeFailure(error));
      });
      this.restMs = REST_MS;
      await this.store.putResult(id, text);
      await this.store.leave(id, true, performance.now() - began);
      return 'done';
    } catch (thrown) {
      if (end.signal.aborted) return 'unwanted';
      throw thrown;
    } finally {
      clearInterval(asking);
    }
  }

  private failure(thrown: unknown): AppError {
    const isLate = thrown instanceof DOMException && thrown.name === 'TimeoutError';
    const error = isLate ? new AppError('ANALYSIS_003') : toAppError(thrown);
    if (error.code === 'SYSTEM_003') this.parts.log.error({ err: thrown }, 'an analysis failed');
    return error;
  }
}

const inWords = ({ code, message, advice }: AppError): string => `${code}: ${message} ${advice}`;
