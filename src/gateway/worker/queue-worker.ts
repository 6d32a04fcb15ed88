import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import type { Log } from '../../telemetry/log.ts';
import { type JobQueue, QueueRefusal, type TakenJob } from './job-queue.ts';
import type { RunJob } from './run-job.ts';

export interface QueueWorkerParts {
  readonly queue: Pick<JobQueue, 'take' | 'stops' | 'done' | 'progress' | 'ping'>;
  readonly run: RunJob;
  readonly errorText: (thrown: unknown) => string;
  /** Jobs at once. */
  readonly concurrency: number;
  readonly pingMs: number;
  readonly log: Log;
}

/** RunPod's own worker waits so long after a 429, ms. */
const DEBOUNCE_MS = 5000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Between two looks for stops that were answered at once. */
const STOP_FLOOR_MS = 1000;
/** What RunPod takes as a result. */
const MOST_RESULT = 10_000_000;

/** Takes jobs while there is room, until it is told to stop; those that it has by then are still finished. */
export class QueueWorker {
  private readonly parts: QueueWorkerParts;
  private readonly jobs = new Map<string, AbortController>();
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly ended = new AbortController();

  constructor(parts: QueueWorkerParts) {
    this.parts = parts;
  }

  /** Ends when the last job is answered after `stop`. */
  async work(): Promise<void> {
    const others = [this.hearStops(), this.sayAlive()];
    await this.takeJobs();
    await Promise.all(this.running);
    this.ended.abort();
    await Promise.all(others);
  }

  /** No further job is taken. */
  stop(): void {
    this.stopping.abort();
  }

  private async takeJobs(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!this.stopping.signal.aborted) {
      const room = this.parts.concurrency - this.running.size;
      if (room === 0) {
        await Promise.race(this.running);
        continue;
      }
      try {
        const jobs = await this.parts.queue.take(room, this.jobs.size > 0, this.stopping.signal);
        pause = FIRST_PAUSE_MS;
        for (const job of jobs) this.begin(job);
      } catch (error) {
        if (this.stopping.signal.aborted) break;
        const wait = error instanceof QueueRefusal && error.status === 429 ? DEBOUNCE_MS : pause;
        if (!isTimeout(error)) this.parts.log.warn({ err: error, again_ms: wait }, 'no jobs can be taken');
        await this.wait(wait, this.stopping.signal);
        pause = Math.min(LONGEST_PAUSE_MS, 2 * pause);
      }
    }
  }

  private begin(job: TakenJob): void {
    // A job that comes a second time while it runs is the same job.
    if (this.jobs.has(job.id)) return;
    const stop = new AbortController();
    this.jobs.set(job.id, stop);
    const run = this.runJob(job, stop.signal).finally(() => {
      this.jobs.delete(job.id);
      this.running.delete(run);
    });
    this.running.add(run);
  }

  private async runJob({ id, input }: TakenJob, signal: AbortSignal): Promise<void> {
    const { queue, run, errorText, log } = this.parts;
    const told = new Progress((output) => queue.progress(id, output));
    const begin = performance.now();
    let result: { output: unknown } | { error: string };
    try {
      const output = await run(input, {
        signal,
        progress: (done, total, message) => told.say({ progress: { done, total, message } }),
      });
      result = sizeOf(output) > MOST_RESULT ? { error: errorText(tooLarge()) } : { output };
    } catch (thrown) {
      result = { error: errorText(thrown) };
    }
    // Nothing of it may come after the result.
    await told.end();
    const about = { job: id, ms: Math.round(performance.now() - begin) };
    if (signal.aborted) return log.info(about, 'job stopped');
    try {
      await queue.done(id, result);
      log.info({ ...about, ok: 'output' in result }, 'job done');
    } catch (err) {
      log.error({ ...about, err }, 'the result of a job could not be handed over');
    }
  }

  private async hearStops(): Promise<void> {
    let pause = STOP_FLOOR_MS;
    while (!this.ended.signal.aborted) {
      try {
        const ids = await this.parts.queue.stops(this.ended.signal);
        pause = STOP_FLOOR_MS;
        for (const id of ids) this.jobs.get(id)?.abort(new AppError('ANALYSIS_006'));
        if (ids.length === 0) await this.wait(STOP_FLOOR_MS, this.ended.signal);
      } catch (error) {
        if (this.ended.signal.aborted) return;
        if (!isTimeout(error)) this.parts.log.debug({ err: error }, 'stops cannot be heard');
        await this.wait(error instanceof QueueRefusal && error.status === 429 ? DEBOUNCE_MS : pause, this.ended.signal);
        pause = Math.min(LONGEST_PAUSE_MS, 2 * pause);
      }
    }
  }

  private async sayAlive(): Promise<void> {
    while (!this.ended.signal.aborted) {
      await this.parts.queue
        .ping([...this.jobs.keys()])
        .catch((err: unknown) => this.parts.log.debug({ err }, 'nobody heard the ping'));
      await this.wait(this.parts.pingMs, this.ended.signal);
    }
  }

  private async wait(ms: number, signal: AbortSignal): Promise<void> {
    await sleep(ms, undefined, { signal }).catch(() => {});
  }
}

/** The newest word is sent, one at a time; older ones that wait are forgotten. */
class Progress {
  private next: unknown = null;
  private sending: Promise<void> | null = null;
  private readonly send: (output: unknown) => Promise<void>;

  constructor(send: (output: unknown) => Promise<void>) {
    this.send = send;
  }

  say(output: unknown): void {
    this.next = output;
    this.sending ??= this.drain();
  }

  async end(): Promise<void> {
    this.next = null;
    await this.sending;
  }

  private async drain(): Promise<void> {
    while (this.next !== null) {
      const output = this.next;
      this.next = null;
      await this.send(output).catch(() => {});
    }
    this.sending = null;
  }
}

const isTimeout = (error: unknown) => error instanceof Error && error.name === 'TimeoutError';
const sizeOf = (output: unknown) => Buffer.byteLength(JSON.stringify(output));
const tooLarge = () =>
  new AppError('ANALYSIS_005', {
    message: 'The analysis is larger than a queue takes.',
    advice: 'Check fewer rules, or name them in "only_rules".',
  });
