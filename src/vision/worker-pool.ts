import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { AppError } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';
import { type Found, unpack } from './finish.ts';
import type { LoadReport, Reply, StateMessage, Task, WorkerFailure, WorkerStart, WorkItem } from './protocol.ts';
import type { ModelState } from './report.ts';

export interface PoolOptions {
  readonly start: Omit<WorkerStart, 'hurry'>;
  /** Workers start one by one, as many as jobs come at once, up to this number. */
  readonly maxWorkers: number;
  /** A single run that takes longer hangs: its worker is replaced, ms. */
  readonly runTimeoutMs: number;
  readonly log: Log;
  readonly onState: (state: ModelState) => void;
}

export interface BatchOutcome {
  readonly found: readonly Found[][];
  readonly runMs: number;
  readonly totalMs: number;
}

/** The furthest state of any worker is the state of the model. */
const PROGRESS: readonly ModelState[] = ['ERROR', 'UNLOADED', 'LOADING', 'LOADED', 'WARMING', 'READY'];

/** The worker threads of one model. Without a `load` or `run` no thread exists. */
export class WorkerPool {
  private readonly options: PoolOptions;
  private readonly hurry = new Int32Array(new SharedArrayBuffer(4));
  private readonly states = new Map<number, ModelState>();
  private piscina: Piscina<Task, Reply> | null = null;
  private loading: Promise<LoadReport> | null = null;
  private closed = false;
  state: ModelState = 'UNLOADED';
  /** Why the model cannot be used; set for good, a new pool is the way out. */
  failure: AppError | null = null;

  constructor(options: PoolOptions) {
    this.options = options;
  }

  /** Starts the first worker and waits until its model is ready. Throws ANALYSIS_001, ANALYSIS_007 or ANALYSIS_005. */
  load(): Promise<LoadReport> {
    this.loading ??= this.ask({ kind: 'load' }).then(
      (reply) => {
        if (reply.kind === 'load') return reply.report;
        throw new AppError('ANALYSIS_005');
      },
      (error: AppError) => {
        this.fail(error);
        throw error;
      },
    );
    return this.loading;
  }

  /** Call with +1 when a caller begins to wait for the model, with -1 when it no longer does. */
  waits(change: 1 | -1): void {
    Atomics.add(this.hurry, 0, change);
  }

  /** One model run. A worker that dies is replaced and the run repeated once, on each picture alone. */
  async run(items: readonly WorkItem[]): Promise<BatchOutcome> {
    const reply = await this.ask({ kind: 'infer', items });
    if (reply.kind !== 'infer') throw new AppError('ANALYSIS_005');
    return { found: reply.found.map(unpack), runMs: reply.runMs, totalMs: reply.totalMs };
  }

  /** Workers whose model is ready. */
  get ready(): number {
    return [...this.states.values()].filter((s) => s === 'READY').length;
  }

  /** For tests that let a worker die. */
  get threads() {
    return this.piscina?.threads ?? [];
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.piscina?.destroy();
    this.states.clear();
    this.setState('UNLOADED');
  }

  private async ask(task: Task): Promise<Extract<Reply, { ok: true }>> {
    for (let attempt = 1; ; attempt++) {
      const { kind } = task;
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(), this.options.runTimeoutMs);
      if (kind === 'load') clearTimeout(timer);
      try {
        const own = kind === 'infer' ? { kind, items: task.items.map(copied) } : task;
        const transferList = own.kind === 'infer' ? own.items.map((i) => i.picture.pixels.buffer as ArrayBuffer) : [];
        const reply: Reply = await this.pool().run(own, { transferList, signal: limit.signal });
        if (reply.ok) return reply;
        throw this.failed(reply.error);
      } catch (error) {
        if (error instanceof AppError) throw error;
        this.forgetDead();
        if (this.closed) throw new AppError('SYSTEM_001', { message: 'The server is shutting down.', cause: error });
        if (limit.signal.aborted) throw new AppError('ANALYSIS_003', { cause: error });
        this.options.log.warn({ model: this.options.start.entry.name, attempt, err: error }, 'inference worker died');
        if (attempt === 2) throw new AppError('ANALYSIS_005', { message: 'The inference worker died twice.' });
      } finally {
        clearTimeout(timer);
      }
    }
  }

  private pool(): Piscina<Task, Reply> {
    if (this.closed) throw new AppError('SYSTEM_001', { message: 'The server is shutting down.' });
    if (this.piscina) return this.piscina;
    this.setState('LOADING');
    const piscina = new Piscina<Task, Reply>({
      filename: workerFile(),
      minThreads: 1,
      maxThreads: this.options.maxWorkers,
      idleTimeout: Number.POSITIVE_INFINITY,
      recordTiming: false,
      workerData: { ...this.options.start, hurry: this.hurry } satisfies WorkerStart,
    });
    piscina.on('message', (message: StateMessage) => {
      if (message.kind !== 'state') return;
      this.states.set(message.threadId, message.state);
      this.forgetDead();
    });
    piscina.on('error', (err: unknown) => {
      this.forgetDead();
      this.options.log.warn({ model: this.options.start.entry.name, err }, 'idle inference worker died');
    });
    this.piscina = piscina;
    return piscina;
  }

  private failed({ code, atLoad, ...rest }: WorkerFailure): AppError {
    const error = new AppError(code, rest);
    if (atLoad) this.fail(error);
    return error;
  }

  private fail(error: AppError): void {
    if (this.closed) return;
    this.failure = error;
    this.setState('ERROR');
  }

  /** Drops workers that are gone and takes over the furthest state of the rest. */
  private forgetDead(): void {
    const alive = new Set(this.piscina?.threads.map((t) => t.threadId));
    for (const id of this.states.keys()) if (!alive.has(id)) this.states.delete(id);
    if (this.failure || this.closed) return;
    const furthest = Math.max(...[...this.states.values()].map((s) => PROGRESS.indexOf(s)));
    this.setState(PROGRESS[furthest] ?? 'LOADING');
  }

  private setState(state: ModelState): void {
    if (state === this.state) return;
    this.state = state;
    this.options.onState(state);
  }
}

/** The pixels as memory of their own that can be handed over; the caller's stay for a second attempt. */
function copied({ picture, threshold }: WorkItem): WorkItem {
  return { picture: { pixels: new Uint8Array(picture.pixels), fit: picture.fit }, threshold };
}

/** The same file before and after the build. */
function workerFile(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./worker.${extension}`, import.meta.url));
}
