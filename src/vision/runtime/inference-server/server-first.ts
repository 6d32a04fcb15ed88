import { AppError } from '../../../errors.ts';
import { ModelRunner, type RunnerDeps, type RunnerTask, type RunningReport, type RunOptions } from '../model-runner.ts';
import type { ServerFault } from './server-failure.ts';
import type { InferenceServer } from './settings.ts';

/** Said with every answer that this machine computed in place of the server. */
export const FELL_BACK = 'The inference server gave no usable answer, so this machine ran the model itself.';

export interface Ran<Output> {
  readonly outputs: readonly Output[];
  readonly provider: string;
  readonly fellBack: boolean;
}

/** A server that failed is left alone for so long, twice as long each time, ms. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** So many failures in a row of what may be one slow or refused run. */
const STRIKES = 3;

/**
 * A model on an inference server and, where that is allowed, on this machine while the server gives nothing usable. A call
 * that fails there is run here at once; after a failure that others would meet too no call goes there until the server has
 * been looked at again, behind the answers.
 */
export class ServerFirst<Input, Output> {
  private readonly work: RunnerTask<Input>;
  private readonly deps: RunnerDeps;
  private readonly server: InferenceServer;
  private readonly local: ModelRunner<Input, Output>;
  private readonly calls = new Set<Promise<unknown>>();
  private remote: ModelRunner<Input, Output> | null = null;
  private looking: Promise<void> | null = null;
  private failure: AppError | null = null;
  private strikes = 0;
  private pauseMs = FIRST_PAUSE_MS;
  private againAt = 0;
  private closed = false;

  constructor(work: RunnerTask<Input>, deps: RunnerDeps, server: InferenceServer, local: ModelRunner<Input, Output>) {
    this.work = work;
    this.deps = deps;
    this.server = server;
    this.local = local;
  }

  /** As `ModelRunner.run`; ANALYSIS_009 where nothing else may run it. */
  run(
    count: number,
    prepare: (signal: AbortSignal) => Promise<readonly Input[]>,
    options: RunOptions = {},
  ): Promise<Ran<Output>> {
    const call = this.runNow(count, prepare, options).finally(() => this.calls.delete(call));
    this.calls.add(call);
    return call;
  }

  /** Calls that keep busy what would run now. */
  get atOnce(): number {
    return this.failure === null ? (this.remote?.atOnce ?? this.server.requests + 1) : this.local.atOnce;
  }

  warm(): void {
    if (this.current()) this.watchLoad(this.remote!).catch(() => this.fallsBack && this.local.warm());
  }

  report(): RunningReport {
    const remote = this.current();
    if (remote) return remote.report();
    const failure = this.failure!;
    const problem = `${failure.details.fault}: ${failure.details.problem}`;
    const local = this.local.report();
    const attempts = [{ provider: 'remote', error: problem }, ...local.provider_attempts];
    return this.fallsBack
      ? { ...local, provider_attempts: attempts }
      : { ...local, state: 'ERROR', error: failure.message, provider_attempts: attempts };
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([this.remote?.close(), this.looking]);
  }

  async retire(): Promise<void> {
    await Promise.allSettled(this.calls);
    await this.close();
  }

  private get fallsBack(): boolean {
    return this.server.fallback === 'local';
  }

  private async runNow(
    count: number,
    prepare: (signal: AbortSignal) => Promise<readonly Input[]>,
    options: RunOptions,
  ): Promise<Ran<Output>> {
    const { timeoutMs = this.deps.config.H200_TIMEOUT_MS } = options;
    const end = performance.now() + timeoutMs;
    const inputs = once(prepare);
    const remote = this.current();
    try {
      if (!remote) throw this.refusal();
      const outputs = await remote.run(count, inputs, options);
      this.strikes = 0;
      this.deps.metrics.serverRuns.inc({ outcome: 'ok' });
      return { outputs, provider: 'remote', fellBack: false };
    } catch (error) {
      const failure = this.failureOf(error, remote);
      if (!failure) throw error;
      if (remote) this.note(remote, failure);
      if (!this.fallsBack) throw failure;
    }
    this.deps.metrics.serverFallbacks.inc();
    const left = Math.max(1, end - performance.now());
    const outputs = await this.local.run(count, inputs, { ...options, timeoutMs: left });
    return { outputs, provider: this.local.provider!, fellBack: true };
  }

  /** The server's runner; null while the server is left alone. The first call waits for the server, later ones do not. */
  private current(): ModelRunner<Input, Output> | null {
    if (this.remote || this.closed) return this.remote;
    if (this.failure === null) {
      this.remote = this.open();
      this.watchLoad(this.remote).catch(() => {});
      return this.remote;
    }
    if (this.looking === null && performance.now() >= this.againAt) {
      this.looking = this.lookAgain().finally(() => {
        this.looking = null;
      });
    }
    return null;
  }

  private open(): ModelRunner<Input, Output> {
    return new ModelRunner<Input, Output>(this.work, this.deps, this.server);
  }

  private async watchLoad(runner: ModelRunner<Input, Output>): Promise<void> {
    try {
      await runner.load();
      this.usable(true);
    } catch (error) {
      const failure = this.failureOf(error, runner);
      if (failure) this.leave(runner, failure);
      throw error;
    }
  }

  private async lookAgain(): Promise<void> {
    const runner = this.open();
    try {
      await runner.load();
      if (this.closed) return await runner.close();
      this.remote = runner;
      this.failure = null;
      this.strikes = 0;
      this.pauseMs = FIRST_PAUSE_MS;
      this.usable(true);
      this.deps.log.info({ model: this.work.model.name }, 'the inference server runs the model again');
    } catch (error) {
      this.failure = this.failureOf(error, runner) ?? this.failure;
      this.wait();
      await runner.close();
    }
  }

  private note(runner: ModelRunner<Input, Output>, error: AppError): void {
    const fault = error.details.fault as ServerFault;
    this.deps.metrics.serverRuns.inc({ outcome: fault });
    const mayBeOne = fault === 'deadline' || fault === 'overloaded' || fault === 'refused';
    if (!mayBeOne || ++this.strikes >= STRIKES || runner.pool.failure) this.leave(runner, error);
  }

  private leave(runner: ModelRunner<Input, Output>, error: AppError): void {
    if (runner !== this.remote) return;
    this.remote = null;
    this.failure = error;
    this.wait();
    this.usable(false);
    const { model, ...details } = error.details;
    const what = this.fallsBack ? 'this machine runs it' : 'calls fail';
    this.deps.log.warn({ model, ...details }, `the inference server does not run the model, ${what} for now`);
    runner.retire().catch((err: unknown) => this.deps.log.warn({ err }, 'old model did not close'));
  }

  private wait(): void {
    this.againAt = performance.now() + this.pauseMs;
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * this.pauseMs);
  }

  /** Null: the error is not the server's, another call may go there. */
  private failureOf(error: unknown, runner: ModelRunner<Input, Output> | null): AppError | null {
    if (isOfServer(error)) return error;
    const dead = runner?.pool.failure;
    if (!dead || this.closed) return null;
    const details = { model: this.work.model.name, fault: 'unreachable' satisfies ServerFault, problem: dead.message };
    return new AppError('ANALYSIS_009', { details, cause: dead });
  }

  /** What is said while the server is left alone. */
  private refusal(): AppError {
    if (this.closed || !this.failure) return new AppError('SYSTEM_001', { message: 'The server is shutting down.' });
    const retryAfterS = Math.max(1, Math.ceil((this.againAt - performance.now()) / 1000));
    return new AppError('ANALYSIS_009', { details: this.failure.details, retryAfterS, cause: this.failure });
  }

  private usable(yes: boolean): void {
    this.deps.metrics.serverUsable.set({ model: this.work.model.name }, yes ? 1 : 0);
  }
}

const isOfServer = (error: unknown): error is AppError => error instanceof AppError && error.code === 'ANALYSIS_009';

/** Prepared once, however often it is asked for: a second runner gets what the first one had. */
function once<T>(prepare: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let made: Promise<T> | null = null;
  return (signal) => {
    made ??= prepare(signal);
    return made;
  };
}
