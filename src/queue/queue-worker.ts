import { hostname } from 'node:os';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import { knownDetections } from '../analysis/known-detections.ts';
import { type PipelineParts, runPipeline } from '../analysis/pipeline.ts';
import { AppError, type ErrorCode, toAppError } from '../errors.ts';
import type { Image, ImageIntake } from '../image/image.ts';
import type { Cache } from '../ports/cache.ts';
import type { RedisClient } from '../storage/redis/queue-client.ts';
import type { Log } from '../telemetry/log.ts';
import { traced } from '../telemetry/trace/spans.ts';
import { readTraceparent } from '../telemetry/trace/traceparent.ts';
import { VERSION } from '../version.ts';
import { encodeDone, encodeFailure, encodeRefused, modelCard } from './outcome.ts';
import type { QueueKeys } from './queue-keys.ts';
import { BEAT_MS, QueueStore, type WorkerCard } from './queue-store.ts';
import { decodeWork, type Work } from './work.ts';

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
  'SYSTEM_001',
  'SYSTEM_002',
]);

/** Takes analyses from the queue until it is closed. */
export class QueueWorker {
  private readonly parts: WorkerParts;
  private readonly store: QueueStore;
  private readonly worker: Worker;
  private readonly remembering: ReturnType<typeof knownDetections>;
  private readonly id: string;
  private readonly startedAt = new Date().toISOString();
  private readonly beating: NodeJS.Timeout;

  constructor(parts: WorkerParts) {
    const { keys, log } = parts;
    this.parts = parts;
    this.id = parts.newId();
    this.store = new QueueStore(parts.asking, keys);
    this.remembering = knownDetections({ ...parts, version: VERSION });
    this.worker = new Worker(keys.queue, (job) => this.take(job), {
      prefix: keys.prefix,
      connection: parts.waiting,
      skipVersionCheck: true,
      name: this.id,
      concurrency: parts.concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_MS,
      maxStalledCount: MOST_STALLS,
      runRetryDelay: 1000,
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
    beat();
  }

  get name(): string {
    return this.id;
  }

  /** When it takes jobs. */
  async ready(): Promise<void> {
    await this.worker.waitUntilReady();
    await this.beat();
  }

  /** Takes no more, and ends what it has; after `ms` the rest is left to others. */
  async close(ms: number): Promise<void> {
    clearInterval(this.beating);
    await this.store.leaveWorkers(this.id).catch(() => undefined);
    const late = setTimeout(() => this.parts.waiting.disconnect(), ms).unref();
    await Promise.race([this.worker.close(), new Promise((resolve) => setTimeout(resolve, ms).unref())]);
    clearTimeout(late);
    this.parts.waiting.disconnect();
    this.parts.asking.disconnect();
  }

  private async beat(): Promise<void> {
    const card = await modelCard(this.parts.detector);
    const mine: WorkerCard = {
      worker_id: this.id,
      host: hostname().slice(0, 100),
      version: VERSION,
      model: card?.usual.name ?? null,
      concurrency: this.parts.concurrency,
      started_at: this.startedAt,
      card,
    };
    await this.store.beat(mine).catch(() => undefined);
  }

  private async take(job: Job): Promise<string> {
    const id = job.id as string;
    const entry = await this.store.work(id);
    // Its caller has gone, or its time is over.
    if (entry === null) return 'unwanted';
    // Whoever had it before may have been killed on the last step.
    if (job.attemptsStarted > 1 && (await this.store.hasResult(id))) {
      await this.store.leave(id, true);
      return 'done';
    }
    const end = new AbortController();
    const asking = setInterval(async () => {
      if (!(await this.store.isWanted(id).catch(() => true))) end.abort();
    }, WANTED_MS);
    try {
      const signal = AbortSignal.any([end.signal, AbortSignal.timeout(this.parts.timeoutMs)]);
      // What Redis fails with is no fault of the analysis: it is thrown as it is, and tried again.
      const text = await this.computed(entry, signal, (stage) => {
        job.updateProgress(stage).catch(() => undefined);
      }).catch((thrown: unknown) => {
        throw this.failure(thrown);
      });
      await this.store.putResult(id, text);
      await this.store.leave(id, true);
      return 'done';
    } catch (thrown) {
      if (end.signal.aborted) return 'unwanted';
      throw thrown;
    } finally {
      clearInterval(asking);
    }
  }

  /** What the caller did wrong is an answer too. */
  private async computed(entry: Buffer, signal: AbortSignal, step: (stage: string) => void): Promise<string> {
    try {
      const work = decodeWork(entry);
      const { request, size, calibration, rules, unreadable, rulesNotRead } = work;
      const detector =
        request.use_cache === false
          ? this.parts.detector
          : this.remembering({ where: request.store ? 'shared' : 'here' });
      const about = { kind: 'consumer', parent: readTraceparent(work.traceparent) } as const;
      const judged = await traced('work', about, async () => {
        const image = await this.imageOf(work);
        return runPipeline(
          { ...this.parts, detector },
          { request, source: { image, ...size }, calibration, rules, unreadable, rulesNotRead, signal, step },
        );
      });
      return encodeDone(judged, await modelCard(this.parts.detector));
    } catch (thrown) {
      const error = toAppError(thrown);
      if (signal.aborted || error.http >= 500) throw error;
      return encodeRefused(error);
    }
  }

  /** Its facts are read from its bytes, as the server did. */
  private async imageOf({ image, bytes }: Work): Promise<Image | null> {
    if (image === null) return null;
    const { label, warnings, sha256 } = image;
    const read = await this.parts.intake.fromBytes(bytes, label);
    if (read.sha256 !== sha256) throw new AppError('SYSTEM_003', { message: 'The photo in the queue is damaged.' });
    return { ...read, label, warnings };
  }

  private failure(thrown: unknown): Error {
    const isLate = thrown instanceof DOMException && thrown.name === 'TimeoutError';
    const error = isLate ? new AppError('ANALYSIS_003') : toAppError(thrown);
    if (error.code === 'SYSTEM_003') this.parts.log.error({ err: thrown }, 'an analysis failed');
    const reason = encodeFailure(error);
    return MAY_PASS.has(error.code) ? new Error(reason) : new UnrecoverableError(reason);
  }
}
