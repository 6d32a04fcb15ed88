import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import { AppError } from '../../errors.ts';
import { ownModule } from '../../own-module.ts';
import type { Log } from '../../telemetry/log.ts';
import { threadPool } from '../../thread-pool.ts';
import type { ModelState } from '../models/report.ts';
import { endSafely } from './native-end.ts';
import './no-telemetry.ts';
import type { LoadReport, Reply, Request, StateMessage, WorkerFailure, WorkerStart } from './protocol.ts';
import { releaseTurn } from './turns.ts';
import { WorkerStates } from './worker-states.ts';

export interface PoolOptions {
  readonly start: Omit<WorkerStart, 'skipWarmup' | 'chosen' | 'graphics'>;
  /** Workers start one by one, as many as runs come at once, up to this number. */
  readonly maxWorkers: number;
  /** Runs that one worker has at once: more than one where it only waits for a server. */
  readonly runsPerWorker?: number;
  /** A run that takes longer than any run can take hangs; the pool is given up then, ms. */
  readonly hangMs?: number;
  readonly log: Log;
  readonly onState: (state: ModelState) => void;
}

/** See Reply. */
export interface RunOutcome<Output> {
  readonly outputs: readonly Output[];
  readonly runMs: number;
  readonly totalMs: number;
}

/** One for all pools: two WebGPU sessions that load or run at once end the process (onnxruntime issue 32561). */
export const graphics = sharedNumber();

const HANG_MS = 60_000;
/** How long `close` waits for runs to end, ms. */
const CLOSE_MS = 1500;

/**
 * The worker threads of one model, which do what the task in `start` says. Never give it more runs at a time than its
 * workers may have: it orders nothing and refuses nothing. Without a `load` or `run` no thread exists.
 *
 * A thread is only ever ended while it is idle: ending one inside onnxruntime's native code aborts the whole process.
 * So a cancelled run ends by itself and its result is dropped, and a pool with a run that hangs is given up as a whole.
 */
export class WorkerPool<Input, Output> {
  private readonly options: PoolOptions;
  private readonly skipWarmup = sharedNumber();
  private readonly chosen = sharedNumber();
  private readonly states = new WorkerStates();
  private piscina: Piscina<Request<Input>, Reply<Output>> | null = null;
  private loading: Promise<LoadReport> | null = null;
  private closed = false;
  /** Requests that a worker has and has not answered. */
  private out = 0;
  private ended = () => {};
  private readonly abandoned = Promise.withResolvers<never>();
  state: ModelState = 'UNLOADED';
  /** Why the model cannot be used; set for good, a new pool is the way out. */
  failure: AppError | null = null;

  constructor(options: PoolOptions) {
    this.options = options;
    this.abandoned.promise.catch(() => {});
  }

  /** Starts the first worker and waits until its model is ready. Throws ANALYSIS_001, ANALYSIS_007 or ANALYSIS_005. */
  load(): Promise<LoadReport> {
    this.loading ??= this.ask({ kind: 'load' }).then(
      (reply) => {
        if (reply.kind !== 'load') throw new AppError('ANALYSIS_005');
        return reply.report;
      },
      (error: AppError) => {
        this.fail(error);
        throw error;
      },
    );
    return this.loading;
  }

  /** Call with +1 when a caller begins to wait for the model, with -1 when it no longer does. */
  addPendingCallers(change: 1 | -1): void {
    Atomics.add(this.skipWarmup, 0, change);
  }

  /**
   * One model run. A worker that dies is replaced and the run repeated once. Ends when no worker reads the inputs any
   * more, or when the pool can run nothing more. `trace`: told to the server that runs it.
   */
  async run(inputs: readonly Input[], trace?: string): Promise<RunOutcome<Output>> {
    const reply = await this.ask({ kind: 'run', inputs, trace });
    if (reply.kind !== 'run') throw new AppError('ANALYSIS_005');
    return reply;
  }

  /** Workers whose model is ready. */
  get ready(): number {
    return this.states.ready;
  }

  /** For tests that let a worker die. */
  get threads() {
    return this.piscina?.threads ?? [];
  }

  /** Lets runs and loads in flight end, then ends the threads; what takes longer than CLOSE_MS ends on its own later. */
  async close(): Promise<void> {
    this.closed = true;
    const ended = this.endWhenIdle();
    const inTime = await Promise.race([ended.then(() => true), setTimeout(CLOSE_MS, false, { ref: false })]);
    if (!inTime) this.options.log.warn({ model: this.options.start.model.name }, 'a model run did not end in time');
    this.setState('UNLOADED');
  }

  private async endWhenIdle(): Promise<void> {
    while (!this.idle()) await setTimeout(5);
    // Every thread is idle, so each gets one. On WebGPU a thread that ended with its session would release it while
    // another thread runs.
    await Promise.allSettled(this.threads.map(() => this.piscina?.run({ kind: 'dispose' })));
    await this.piscina?.destroy();
    this.ended();
  }

  /** No thread is inside native code: no request is out, and every thread has finished loading. */
  private idle(): boolean {
    if (this.out > 0 && this.threads.length > 0) return false;
    return this.threads.every((t) => this.states.hasLoaded(t.threadId));
  }

  private async ask(request: Request<Input>): Promise<Extract<Reply<Output>, { ok: true }>> {
    for (let attempt = 1; ; attempt++) {
      if (this.failure) throw this.failure;
      try {
        const reply = await this.send(request);
        if (reply.ok) {
          this.note(reply.threadId, 'READY');
          return reply;
        }
        throw this.failed(reply.error);
      } catch (error) {
        if (error instanceof AppError) throw error;
        this.forgetDead();
        const { name: model } = this.options.start.model;
        this.options.log.warn({ model, attempt, err: error }, 'inference worker died');
        if (attempt === 2) throw new AppError('ANALYSIS_005', { message: 'The inference worker died twice.' });
      }
    }
  }

  /** One request to one worker. Rejects with a plain error when the worker dies, with ANALYSIS_003 when it hangs. */
  private async send(request: Request<Input>): Promise<Reply<Output>> {
    const reply: Promise<Reply<Output>> = this.pool().run(request);
    this.out++;
    const settled = () => {
      this.out--;
    };
    reply.then(settled, settled);
    if (request.kind === 'load') return Promise.race([reply, this.abandoned.promise]);
    const timer = new AbortController();
    const hangs = setTimeout(this.options.hangMs ?? HANG_MS, undefined, { signal: timer.signal, ref: false }).then(
      () => {
        const error = new AppError('ANALYSIS_003', { message: 'The model run does not end.' });
        this.fail(error);
        throw error;
      },
    );
    hangs.catch(() => {});
    return Promise.race([reply, hangs, this.abandoned.promise]).finally(() => timer.abort());
  }

  private pool(): Piscina<Request<Input>, Reply<Output>> {
    if (this.closed) throw new AppError('SYSTEM_001', { message: 'The server is shutting down.' });
    if (this.piscina) return this.piscina;
    this.setState('LOADING');
    const piscina = threadPool<Request<Input>, Reply<Output>>({
      filename: fileURLToPath(ownModule('vision/runtime/worker')),
      minThreads: 1,
      maxThreads: this.options.maxWorkers,
      // Of its own queue only as much is used as there are threads that start: a run waits there for its thread.
      maxQueue: this.options.maxWorkers * (this.options.runsPerWorker ?? 1),
      concurrentTasksPerWorker: this.options.runsPerWorker ?? 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      recordTiming: false,
      workerData: {
        ...this.options.start,
        skipWarmup: this.skipWarmup,
        chosen: this.chosen,
        graphics,
      } satisfies WorkerStart,
    });
    piscina.on('message', (message: StateMessage) => {
      if (message.kind === 'state') this.note(message.threadId, message.state);
    });
    piscina.on('error', (err: unknown) => {
      this.forgetDead();
      this.options.log.warn({ model: this.options.start.model.name, err }, 'inference worker died without a task');
      if (this.out > 0 && this.threads.length === 0) this.abandon();
    });
    this.piscina = piscina;
    this.ended = endSafely(() => !this.idle());
    return piscina;
  }

  /** Piscina starts no worker again after one that died while it started: tasks in its queue would wait for ever. */
  private abandon(): void {
    const error = new AppError('ANALYSIS_005', { message: 'The inference worker died twice.' });
    this.fail(error);
    this.abandoned.reject(error);
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

  private note(threadId: number, state: ModelState): void {
    if (this.states.note(threadId, state)) this.watch(threadId);
    this.forgetDead();
  }

  /** A worker that dies in its turn gives it back; every worker reports a state before its first turn. */
  private watch(threadId: number): void {
    const thread = this.threads.find((t) => t.threadId === threadId);
    if (thread) thread.once('exit', () => releaseTurn(graphics, threadId));
    else releaseTurn(graphics, threadId);
  }

  /** Drops workers that are gone and takes over the furthest state of the rest. */
  private forgetDead(): void {
    this.states.keepOnly(new Set(this.threads.map((t) => t.threadId)));
    if (!this.failure && !this.closed) this.setState(this.states.furthest);
  }

  private setState(state: ModelState): void {
    if (state === this.state) return;
    this.state = state;
    this.options.onState(state);
  }
}

function sharedNumber(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}
