import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { SeenTag } from '../../contract/seen-tag.ts';
import { AppError } from '../../errors.ts';
import { createGate } from '../decode/gate.ts';
import type { Grey } from './grey.ts';

export interface MarkerThreadsOptions {
  /** Longest time that one picture may take, ms: many times what an honest one does. */
  readonly timeoutMs?: number;
  /** The module of the threads, for tests. */
  readonly filename?: string;
}

const THREADS = 2;
const TIMEOUT_MS = 10_000;
const IDLE_MS = 60_000;
const MEMORY_MB = 128;

/**
 * Threads that look for tags of the printed sheet; none exists before the first picture or `warm`, one of them stays.
 * A thread is ended when its caller gives up or when it takes too long: it holds nothing that could be lost.
 */
export class MarkerThreads {
  private readonly options: Required<MarkerThreadsOptions>;
  private readonly gate = createGate(THREADS);
  private pool: Piscina<Grey, SeenTag[]> | null = null;
  private closed = false;

  constructor(options: MarkerThreadsOptions = {}) {
    this.options = { timeoutMs: TIMEOUT_MS, filename: MODULE, ...options };
  }

  /** Throws the signal's reason, ANALYSIS_003 when it takes too long, ANALYSIS_005 when a thread dies. */
  run(grey: Grey, signal?: AbortSignal): Promise<SeenTag[]> {
    return this.gate(async () => {
      if (this.closed) throw new AppError('SYSTEM_001', { message: 'The server is stopping.' });
      const late = AbortSignal.timeout(this.options.timeoutMs);
      // A decoder's memory cannot be handed over.
      const own = new Uint8Array(grey.data);
      try {
        return await this.open().run(
          { ...grey, data: own },
          { transferList: [own.buffer], signal: signal ? AbortSignal.any([signal, late]) : late },
        );
      } catch (cause) {
        signal?.throwIfAborted();
        throw late.aborted ? new AppError('ANALYSIS_003', TOO_LONG) : new AppError('ANALYSIS_005', { ...LOST, cause });
      }
    }, signal);
  }

  /** Starts a thread, so that the first picture need not wait for it. */
  warm(): void {
    if (!this.closed) this.run({ data: new Uint8Array(16), width: 4, height: 4 }).catch(() => {});
  }

  /** For tests that look at the threads. */
  get threads() {
    return this.pool?.threads ?? [];
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.pool?.destroy();
  }

  private open(): Piscina<Grey, SeenTag[]> {
    this.pool ??= new Piscina<Grey, SeenTag[]>({
      filename: this.options.filename,
      // With 0 nobody starts another thread for what waits when one is ended.
      minThreads: 1,
      maxThreads: THREADS,
      idleTimeout: IDLE_MS,
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
      // Whoever waits for the picture is told by its promise.
    }).on('error', () => {});
    return this.pool;
  }
}

const MODULE = fileURLToPath(new URL(`./thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));
const TOO_LONG = { message: 'Looking for the printed sheet took too long.' };
const LOST = { message: 'The image could not be searched for the printed sheet.' };
