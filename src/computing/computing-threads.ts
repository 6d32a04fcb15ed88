import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import { AppError } from '../errors.ts';
import { ownModule } from '../own-module.ts';
import type { Log } from '../telemetry/log.ts';
import { threadPool } from '../thread-pool.ts';
import { BEGUN, type Reply, type Request, STOP } from './protocol.ts';

export interface ThreadLimits {
  /** From the call to its answer, waiting included, ms. */
  readonly timeoutMs: number;
  /** Calls that may wait for a thread. */
  readonly queue: number;
  /** A thread that is asked to stop has so long before it is ended, ms. */
  readonly graceMs?: number;
  /** Of one thread's heap. */
  readonly memoryMb?: number;
  readonly threads?: number;
}

const GRACE_MS = 500;
const MEMORY_MB = 512;
/** Two at least, so that one long computation does not hold up all others. */
const THREADS = Math.min(4, Math.max(2, availableParallelism() - 1));
const IDLE_MS = 60_000;
const BUSY_RETRY_S = 5;

/** Threads for pure computations; none exists before the first call. A thread that does not stop is ended. */
export class ComputingThreads {
  private readonly limits: ThreadLimits;
  private readonly log: Log;
  private pool: Piscina<Request, Reply> | null = null;
  readonly most: number;
  /** Calls that wait or are worked on, those that were given up and still run too. */
  private out = 0;
  private closed = false;

  constructor(limits: ThreadLimits, log: Log) {
    this.limits = limits;
    this.most = limits.threads ?? THREADS;
    this.log = log;
  }

  /** See `Computing.run`. */
  async run(name: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    if (this.closed) throw stopping();
    if (signal?.aborted) throw new AppError('ANALYSIS_006');
    if (this.out >= this.most + this.limits.queue) throw new AppError('SYSTEM_002', { retryAfterS: BUSY_RETRY_S });
    const state = new Int32Array(new SharedArrayBuffer(8));
    const kill = new AbortController();
    const answer = this.open().run({ name, input, state }, { signal: kill.signal });
    this.out += 1;
    const settled = () => {
      this.out -= 1;
      clearTimeout(last);
    };
    answer.then(settled, settled);
    let last: NodeJS.Timeout | undefined;
    const over = Promise.withResolvers<never>();
    const timer = setTimeout(() => end('ANALYSIS_003'), this.limits.timeoutMs).unref();
    const cancel = () => end('ANALYSIS_006');
    const end = (code: 'ANALYSIS_003' | 'ANALYSIS_006') => {
      over.reject(new AppError(code, code === 'ANALYSIS_003' ? TOO_LONG : {}));
      Atomics.store(state, STOP, 1);
      // What waits is taken out at once; a thread that works ends by itself, or is ended.
      const grace = Atomics.load(state, BEGUN) === 0 ? 0 : (this.limits.graceMs ?? GRACE_MS);
      last = setTimeout(() => kill.abort(), grace).unref();
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return outputOf(await Promise.race([answer, over.promise]));
    } catch (thrown) {
      throw thrown instanceof AppError ? thrown : this.failed(name, thrown as Error & { code?: string });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** For tests that look at the threads. */
  get threads() {
    return this.pool?.threads ?? [];
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.pool?.destroy();
  }

  private open(): Piscina<Request, Reply> {
    this.pool ??= threadPool<Request, Reply>({
      filename: fileURLToPath(ownModule('computing/thread')),
      // With 0 nobody starts another thread for what waits when one is ended.
      minThreads: 1,
      maxThreads: this.most,
      idleTimeout: IDLE_MS,
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: this.limits.memoryMb ?? MEMORY_MB },
    }).on('error', (err: unknown) => this.log.warn({ err }, 'a computing thread died'));
    return this.pool;
  }

  private failed(name: string, error: Error & { code?: string }): AppError {
    if (this.closed) return stopping();
    this.log.warn({ err: error, computation: name }, 'a computation was lost');
    const full = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    return new AppError('ANALYSIS_005', { cause: error, ...(full && TOO_LARGE) });
  }
}

const TOO_LONG = {
  message: 'Checking the rules took too long.',
  advice: 'Check fewer rules or fewer objects at once.',
};
const TOO_LARGE = { message: 'Checking the rules needs too much memory.', advice: TOO_LONG.advice };
const stopping = () => new AppError('SYSTEM_001', { message: 'The server is stopping.' });

function outputOf(reply: Reply): unknown {
  if ('output' in reply) return reply.output;
  if ('stopped' in reply) throw new AppError('ANALYSIS_006');
  const { code, ...rest } = reply.failure;
  throw new AppError(code, rest as ConstructorParameters<typeof AppError>[1]);
}
