import type { Transferable } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { AppError } from '../errors.ts';
import { threadPool } from '../thread-pool.ts';
import { createGate } from './decode/gate.ts';

export interface PictureThreadsOptions {
  /** Longest time that one picture may take, ms: many times what an honest one does. */
  readonly timeoutMs: number;
  /** The module of the threads. */
  readonly filename: string;
  /** Of one thread, MB. */
  readonly memoryMb: number;
  readonly tooLong: string;
  readonly lost: string;
}

/** Beside the model's. */
const THREADS = 2;
const IDLE_MS = 60_000;

/**
 * Threads for work on one picture at a time; none exists before the first, one of them stays. A thread is ended when its
 * caller gives up or when it takes too long: it holds nothing that could be lost. What waits takes no memory of its own.
 */
export class PictureThreads<In, Out> {
  private readonly options: PictureThreadsOptions;
  private readonly gate = createGate(THREADS);
  private pool: Piscina<In, Out> | null = null;
  private closed = false;

  constructor(options: PictureThreadsOptions) {
    this.options = options;
  }

  /**
   * `take` gives what is handed over, with the memory that goes with it, once there is room. Throws the signal's reason,
   * ANALYSIS_003 when it takes too long, ANALYSIS_005 when a thread dies, SYSTEM_001 after `close`.
   */
  protected inThread(
    take: () => Promise<{ readonly task: In; readonly transfer: Transferable[] }>,
    signal?: AbortSignal,
  ): Promise<Out> {
    const { timeoutMs, tooLong, lost } = this.options;
    return this.gate(async () => {
      if (this.closed) throw new AppError('SYSTEM_001', { message: 'The server is stopping.' });
      const { task, transfer } = await take();
      const late = AbortSignal.timeout(timeoutMs);
      try {
        const ended = signal ? AbortSignal.any([signal, late]) : late;
        return await this.open().run(task, { transferList: transfer as never, signal: ended });
      } catch (cause) {
        signal?.throwIfAborted();
        if (late.aborted) throw new AppError('ANALYSIS_003', { message: tooLong });
        throw new AppError('ANALYSIS_005', { message: lost, cause });
      }
    }, signal);
  }

  /** For tests that look at the threads. */
  get threads() {
    return this.pool?.threads ?? [];
  }

  get isClosed(): boolean {
    return this.closed;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.pool?.destroy();
  }

  private open(): Piscina<In, Out> {
    this.pool ??= threadPool<In, Out>({
      filename: this.options.filename,
      // With 0 nobody starts another thread for what waits when one is ended.
      minThreads: 1,
      maxThreads: THREADS,
      idleTimeout: IDLE_MS,
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: this.options.memoryMb },
      // Whoever waits for the picture is told by its promise.
    }).on('error', () => {});
    return this.pool;
  }
}
