import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { AppError } from '../../errors.ts';
import { createGate } from '../decode/gate.ts';
import type { BareImage, BareRequest } from './bare-image.ts';

export interface BareThreadsOptions {
  /** Longest time that one picture may take, ms: many times what the largest accepted one does. */
  readonly timeoutMs?: number;
  /** The module of the threads, for tests. */
  readonly filename?: string;
}

/** Beside the model's; each holds a picture's file three times. */
const THREADS = 2;
const TIMEOUT_MS = 25_000;
const IDLE_MS = 60_000;
const MEMORY_MB = 256;
/** Copied in one turn of the event loop, bytes: about half a millisecond. */
const COPIED_AT_ONCE = 2 ** 20;

/**
 * Threads that write pictures anew; none exists before the first, nor a minute after the last. A thread is ended when its
 * caller gives up or when it takes too long: it holds nothing that could be lost. What waits takes no memory of its own.
 */
export class BareThreads {
  private readonly options: Required<BareThreadsOptions>;
  private readonly gate = createGate(THREADS);
  private pool: Piscina<BareRequest, BareImage> | null = null;

  constructor(options: BareThreadsOptions = {}) {
    this.options = { timeoutMs: TIMEOUT_MS, filename: MODULE, ...options };
  }

  /** Throws the signal's reason, ANALYSIS_003 when it takes too long, ANALYSIS_005 when a thread dies. */
  run(request: BareRequest, signal?: AbortSignal): Promise<BareImage> {
    return this.gate(async () => {
      const bytes = await copied(request.bytes, signal);
      const late = AbortSignal.timeout(this.options.timeoutMs);
      try {
        const answer = await this.open().run(
          { ...request, bytes },
          { transferList: [bytes.buffer], signal: signal ? AbortSignal.any([signal, late]) : late },
        );
        return { ...answer, bytes: Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.length) };
      } catch (cause) {
        signal?.throwIfAborted();
        throw late.aborted ? new AppError('ANALYSIS_003', TOO_LONG) : new AppError('ANALYSIS_005', { ...LOST, cause });
      }
    }, signal);
  }

  /** For tests that look at the threads. */
  get threads() {
    return this.pool?.threads ?? [];
  }

  private open(): Piscina<BareRequest, BareImage> {
    this.pool ??= new Piscina<BareRequest, BareImage>({
      filename: this.options.filename,
      minThreads: 0,
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
const TOO_LONG = { message: 'Preparing the image for storing took too long.' };
const LOST = { message: 'The image could not be prepared for storing.' };

/** Memory that can be handed over, filled piece by piece. */
async function copied(bytes: Buffer, signal?: AbortSignal): Promise<Buffer<ArrayBuffer>> {
  const copy = Buffer.from(new ArrayBuffer(bytes.length));
  for (let at = 0; at < bytes.length; at += COPIED_AT_ONCE) {
    if (at > 0) await turn();
    signal?.throwIfAborted();
    bytes.copy(copy, at, at, at + COPIED_AT_ONCE);
  }
  return copy;
}
