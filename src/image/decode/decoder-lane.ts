import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../errors.ts';
import { ownModule } from '../../own-module.ts';
import type { DecodeReply, DecodeRequest } from './decoder-protocol.ts';
import type { DecodePlan } from './plan.ts';
import type { Scaled, Scaling } from './scale-here.ts';

export interface LaneOptions {
  /** Of the process, as the system's `nice` counts. */
  readonly niceness: number;
  /** Images that may wait while one is decoded. */
  readonly maxWaiting?: number;
  /** Longest decoding, ms. */
  readonly maxDecodeMs?: number;
  /** So long the process waits for the next image, ms. */
  readonly idleMs?: number;
  /** For tests. */
  readonly program?: string;
}

interface Job {
  readonly ms: number;
  readonly request: DecodeRequest;
  readonly signal: AbortSignal | undefined;
  readonly finish: (outcome: () => Scaled) => void;
  attempts: number;
}

const DEFAULTS = {
  maxWaiting: 256,
  maxDecodeMs: 25_000,
  idleMs: 60_000,
  program: fileURLToPath(ownModule('image/decode/decoder-process')),
};

/**
 * One process that decodes one image at a time, the cheapest of those that wait first. It is killed when its caller gives
 * up or when it takes too long, and started again for the next image; it holds nothing that could be lost.
 */
export class DecoderLane {
  private readonly options: Required<LaneOptions>;
  private waiting: Job[] = [];
  private running: Job | null = null;
  private child: ChildProcess | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: LaneOptions) {
    this.options = { ...DEFAULTS, ...options };
  }

  /** Throws as `decodeScaled` does. */
  decode({ bytes, ms }: DecodePlan, scaling: Scaling, signal?: AbortSignal): Promise<Scaled> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (this.waiting.length >= this.options.maxWaiting) return reject(new AppError('SYSTEM_002'));
      const abort = () => this.giveUp(job, signal?.reason);
      const job: Job = {
        ms,
        request: { bytes, scaling },
        signal,
        attempts: 0,
        finish(outcome) {
          signal?.removeEventListener('abort', abort);
          try {
            resolve(outcome());
          } catch (error) {
            reject(error);
          }
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      const behind = this.waiting.findIndex((other) => other.ms > ms);
      this.waiting.splice(behind === -1 ? this.waiting.length : behind, 0, job);
      this.next();
    });
  }

  /** The process that runs, for tests. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  private next(): void {
    if (this.running) return;
    const job = this.waiting.shift();
    if (!job) {
      this.rest();
      return;
    }
    this.running = job;
    job.attempts += 1;
    clearTimeout(this.timer);
    const { maxDecodeMs } = this.options;
    this.timer = setTimeout(() => this.giveUp(job, tooSlow(maxDecodeMs)), maxDecodeMs);
    const child = this.started();
    child.ref();
    child.channel?.ref();
    child.send(job.request, (error) => {
      if (error) child.kill('SIGKILL');
    });
  }

  /** The process alone does not keep the program running. */
  private rest(): void {
    clearTimeout(this.timer);
    const { child } = this;
    if (!child) return;
    child.unref();
    child.channel?.unref();
    this.timer = setTimeout(() => this.kill(), this.options.idleMs);
    this.timer.unref();
  }

  private started(): ChildProcess {
    if (this.child) return this.child;
    const child = fork(this.options.program, {
      serialization: 'advanced',
      execArgv: [],
      env: environment(),
      // stdout is the protocol of a stdio server.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (reply: DecodeReply) => {
      if (child === this.child) this.answer(reply);
    });
    child.once('error', () => this.ended(child));
    child.once('exit', () => this.ended(child));
    this.child = child;
    if (child.pid !== undefined && this.options.niceness !== 0) lower(child.pid, this.options.niceness);
    return child;
  }

  private answer(reply: DecodeReply): void {
    const job = this.running;
    this.running = null;
    job?.finish(() => {
      if (reply.ok) return { pixels: reply.pixels, flaw: reply.flaw };
      throw new AppError('VALIDATION_005', { message: reply.message });
    });
    this.next();
  }

  /** It died of itself: once may be chance, twice is the image. */
  private ended(child: ChildProcess): void {
    if (child !== this.child) return;
    this.child = null;
    const job = this.running;
    this.running = null;
    if (job && job.attempts < 2) this.waiting.unshift(job);
    else job?.finish(() => fail(new AppError('VALIDATION_005', { message: 'The decoder died of the image.' })));
    this.next();
  }

  private giveUp(job: Job, reason: unknown): void {
    this.waiting = this.waiting.filter((other) => other !== job);
    if (this.running === job) {
      this.running = null;
      this.kill();
    }
    job.finish(() => fail(reason));
    this.next();
  }

  private kill(): void {
    const { child } = this;
    this.child = null;
    child?.kill('SIGKILL');
    child?.unref();
  }
}

function fail(reason: unknown): never {
  throw reason;
}

function tooSlow(maxMs: number): AppError {
  return new AppError('ANALYSIS_003', {
    message: `Decoding the image takes longer than ${maxMs / 1000} s.`,
    advice: 'Save it as a plain JPEG (not progressive), or scale it down.',
  });
}

function lower(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended already, or the system does not allow it: then it runs like the others.
  }
}

/** What programs and their libraries need to start; no token and no setting of ours. */
function environment(): NodeJS.ProcessEnv {
  const needed = ['PATH', 'SystemRoot', 'TEMP', 'TMPDIR', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'];
  return Object.fromEntries(needed.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
