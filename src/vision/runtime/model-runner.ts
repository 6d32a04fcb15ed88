import { availableParallelism } from 'node:os';
import type { Config } from '../../config/config.ts';
import type { Priority } from '../../contract/priority.ts';
import { AppError } from '../../errors.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { traced, traceparent } from '../../telemetry/trace/spans.ts';
import type { ModelReport, ModelState } from '../models/report.ts';
import { Deadline } from './deadline.ts';
import { InferenceQueue } from './inference-queue.ts';
import type { InferenceServer } from './inference-server/settings.ts';
import type { ModelFile } from './model-file.ts';
import type { LoadReport } from './protocol.ts';
import { largestBatch, maxWorkers, profitsFromBatches } from './providers.ts';
import { RollingQuantile } from './rolling-quantile.ts';
import { WorkerPool } from './worker-pool.ts';
import { WorkerScaling } from './worker-scaling.ts';

export type RunnerConfig = Pick<
  Config,
  | 'H200_DATA_DIR'
  | 'H200_PROVIDER'
  | 'H200_WORKERS'
  | 'H200_THREADS'
  | 'H200_QUEUE_LIMIT'
  | 'H200_TIMEOUT_MS'
  | 'MAX_BATCH_SIZE'
>;

export interface RunnerDeps {
  readonly config: RunnerConfig;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Overrides what the provider says about batches; for tests and measurements. */
  readonly batchable?: boolean;
  /** See PoolOptions; for tests. */
  readonly hangMs?: number;
  /** Nobody's analysis waits for it: it is in no count of analyses. */
  readonly background?: boolean;
}

/** What one runner runs. */
export interface RunnerTask<Input> {
  /** The module whose default export is the WorkerTask. */
  readonly task: URL;
  readonly config: unknown;
  readonly model: ModelFile;
  /** How inputs get to a worker where a plain copy costs too much; released when no worker reads them any more. */
  readonly transfer?: {
    acquire(inputs: readonly Input[]): readonly Input[];
    release(inputs: readonly Input[]): void;
  };
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Preparing takes long and needs no place in the queue meanwhile; it must end with its signal. */
  readonly early?: boolean;
  /** In place of H200_TIMEOUT_MS. */
  readonly timeoutMs?: number;
  /** Its place among what waits; normal when absent. */
  readonly priority?: Priority | undefined;
}

export type RunningReport = Pick<
  ModelReport,
  'state' | 'error' | 'provider' | 'provider_attempts' | 'workers' | 'load_ms' | 'inference'
>;

/** Threads that make tensors for a server and read its answers. */
const WAITING_THREADS = 2;
/** A run on a server ends so long after its time limit at the latest, ms. */
const HANG_MORE_MS = 10_000;

/** One model at work, whatever its task: bounded queue, worker threads, time limit, cancellation and measurements. */
export class ModelRunner<Input, Output> {
  readonly pool: WorkerPool<Input, Output>;
  readonly queue: InferenceQueue<Input, Output>;
  private readonly work: RunnerTask<Input>;
  private readonly deps: RunnerDeps;
  private readonly runs = new RollingQuantile();
  private readonly service = new RollingQuantile();
  private readonly server: InferenceServer | null;
  /** What metrics call it. */
  private readonly label: string;
  private slots: number;
  /** Null: a server has the workers. */
  private readonly scaling: WorkerScaling | null;
  private maxBatch = 1;
  private readonly active = new Set<Promise<unknown>>();
  private loaded: LoadReport | null = null;

  /** `server`: it runs the model in place of this machine. */
  constructor(work: RunnerTask<Input>, deps: RunnerDeps, server: InferenceServer | null = null) {
    const { config, log, metrics, hangMs } = deps;
    this.work = work;
    this.deps = deps;
    this.server = server;
    this.label = server ? `${work.model.name}@server` : work.model.name;
    this.slots = server?.requests ?? config.H200_WORKERS ?? availableParallelism();
    const threads = server ? Math.min(WAITING_THREADS, this.slots) : this.slots;
    // The second thread still starts when runs come already: each may have all of them.
    const runsPerWorker = server ? this.slots : 1;
    this.pool = new WorkerPool({
      start: {
        task: work.task.href,
        config: work.config,
        model: work.model,
        provider: config.H200_PROVIDER,
        threads: config.H200_THREADS,
        dataDir: config.H200_DATA_DIR,
        ...(server && {
          server: { url: server.url, token: server.token(), timeoutMs: server.timeoutMs, requests: runsPerWorker },
        }),
      },
      maxWorkers: threads,
      runsPerWorker,
      ...(server && { hangMs: server.timeoutMs + HANG_MORE_MS }),
      ...(hangMs !== undefined && { hangMs }),
      log,
      onState: (state) => this.onState(state),
    });
    const model = this.label;
    this.scaling = server
      ? null
      : new WorkerScaling({
          workers: () => this.pool.ready,
          retire: () => this.pool.retireOne(),
          measured: (workers, pressure) => {
            metrics.workers.set({ model }, workers);
            metrics.workerPressure.set({ model }, pressure);
          },
          scaled: (direction, by) => {
            metrics.workerScalings.inc({ direction }, by);
            log.info({ model, direction, workers: this.pool.ready }, 'inference workers');
          },
        });
    this.queue = new InferenceQueue({
      limit: config.H200_QUEUE_LIMIT,
      slots: this.slots,
      maxBatch: 1,
      run: (inputs) => this.runOnce(inputs),
    });
  }

  /** Calls that keep it busy: the next batch of each slot, and one that is prepared meanwhile. */
  get atOnce(): number {
    return this.slots * this.maxBatch + 1;
  }

  /** Null before the model is loaded. */
  get provider() {
    return this.loaded?.provider ?? null;
  }

  /** Loads in the background; never throws. */
  warm(): void {
    this.load().catch((err: unknown) => this.deps.log.warn({ model: this.work.model.name, err }, 'model did not load'));
  }

  /**
   * The outputs for the `count` inputs that `prepare` makes, which are one call: one place in the queue, one time limit.
   */
  run(
    count: number,
    prepare: (signal: AbortSignal) => Promise<readonly Input[]>,
    options: RunOptions = {},
  ): Promise<Output[]> {
    const about = { attributes: { 'h200.model': this.label, 'h200.images': count } };
    const call = traced('model', about, () => this.runNow(count, prepare, options)).finally(() =>
      this.active.delete(call),
    );
    this.active.add(call);
    return call;
  }

  report(): RunningReport {
    const { pool, loaded, runs } = this;
    return {
      state: pool.state,
      error: pool.failure?.message ?? null,
      provider: this.provider,
      provider_attempts: loaded?.attempts ?? [],
      workers: pool.ready,
      load_ms: loaded ? Math.round(loaded.loadMs) : null,
      inference: { count: runs.count, median_ms: runs.quantile(0.5), p95_ms: runs.quantile(0.95) },
    };
  }

  /** Ends the workers after the runs in flight; calls that still wait fail with SYSTEM_001. */
  async close(): Promise<void> {
    this.scaling?.close();
    await this.pool.close();
  }

  /** Ends the workers once the calls in flight are answered. */
  async retire(): Promise<void> {
    this.scaling?.close();
    await Promise.allSettled(this.active);
    await this.pool.close();
  }

  private async runNow(
    count: number,
    prepare: (signal: AbortSignal) => Promise<readonly Input[]>,
    { signal, early = false, timeoutMs = this.deps.config.H200_TIMEOUT_MS, priority }: RunOptions,
  ): Promise<Output[]> {
    if (this.queue.full) throw this.overloaded();
    const deadline = new Deadline(timeoutMs, signal);
    const loading = this.loadForCaller();
    loading.catch(() => {});
    try {
      const made = early ? await prepare(deadline.signal) : null;
      const prepareAndLoad = async () => {
        const inputs = made ?? (await prepare(deadline.signal));
        await loading;
        return inputs;
      };
      return await this.queue.submit(count, prepareAndLoad, deadline.signal, priority);
    } finally {
      deadline.clear();
    }
  }

  /** Loads while a caller waits; counts the cold start. */
  private async loadForCaller(): Promise<void> {
    if (this.loaded) return;
    if (!this.deps.background) this.deps.metrics.coldStarts.inc();
    this.pool.addPendingCallers(1);
    try {
      await this.load();
    } finally {
      this.pool.addPendingCallers(-1);
    }
  }

  /** Throws what `WorkerPool.load` does. */
  async load(): Promise<void> {
    const report = await this.pool.load();
    if (this.loaded) return;
    this.loaded = report;
    const { config, log, batchable = profitsFromBatches(report.provider) } = this.deps;
    if (!this.server) this.slots = maxWorkers(report.provider, config.H200_WORKERS, availableParallelism());
    this.maxBatch = batchable && report.dynamicBatch ? largestBatch(config.MAX_BATCH_SIZE) : 1;
    this.queue.resize(this.slots, this.maxBatch);
    log.info({ model: this.label, ...report }, 'model ready');
  }

  private async runOnce(inputs: readonly Input[]): Promise<readonly Output[]> {
    const { transfer } = this.work;
    const sent = transfer?.acquire(inputs) ?? inputs;
    const ended = this.scaling?.begin();
    const { outputs, runMs, totalMs } = await this.pool.run(sent, traceparent()).finally(() => {
      ended?.();
      transfer?.release(sent);
    });
    if (!this.deps.background) this.deps.metrics.inference.observe(runMs / 1000);
    this.runs.add(runMs);
    this.service.add(totalMs / inputs.length);
    return outputs;
  }

  /** The error carries how long the waiting runs will take at the speed measured last; nothing when none ran yet. */
  private overloaded(): AppError {
    const median = this.service.quantile(0.5);
    const waiting = this.queue.inputsWaiting;
    const retry =
      median === null ? {} : { retryAfterS: Math.max(1, Math.ceil((median * waiting) / this.slots / 1000)) };
    return new AppError('SYSTEM_002', retry);
  }

  private onState(state: ModelState): void {
    const { metrics, log } = this.deps;
    const model = this.label;
    for (const s of STATES) metrics.modelState.set({ model, state: s }, s === state ? 1 : 0);
    if (state === 'ERROR' && this.loaded === null) metrics.modelLoadFailures.inc();
    log.debug({ model, state }, 'model state');
  }
}

const STATES: readonly ModelState[] = ['UNLOADED', 'LOADING', 'LOADED', 'WARMING', 'READY', 'ERROR'];
