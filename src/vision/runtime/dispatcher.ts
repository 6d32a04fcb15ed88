interface Waiting<J, R> {
  readonly job: J;
  /** All jobs that came together with this one, itself too. */
  readonly call: readonly Waiting<J, R>[];
  readonly onStart: () => void;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Hands waiting jobs to `slots` runners in the order they came. A free slot takes up to `maxBatch` waiting jobs at once
 * and never waits for more: batches form of jobs that came together or while all slots were busy, so they cost no time.
 */
export class Dispatcher<J, R> {
  private slots: number;
  private maxBatch: number;
  private readonly run: (jobs: readonly J[]) => Promise<readonly R[]>;
  private readonly queue: Waiting<J, R>[] = [];
  private busy = 0;

  /** `run` answers one result per job, or rejects for all of them. */
  constructor(options: { slots: number; maxBatch: number; run: (jobs: readonly J[]) => Promise<readonly R[]> }) {
    this.slots = options.slots;
    this.maxBatch = options.maxBatch;
    this.run = options.run;
  }

  resize(slots: number, maxBatch: number): void {
    this.slots = slots;
    this.maxBatch = maxBatch;
    this.pump();
  }

  /**
   * The jobs wait together before the first starts, so the views of one picture are one batch where there are batches.
   * When one fails the others that still wait are not run.
   * `onStart` is called when a job is handed over. An abort before that takes the job out of the queue; after it the
   * caller is told at once and the result is dropped when the run ends, which is when the slot is free again: a run
   * takes tens of milliseconds, a new worker takes longer to load its model.
   */
  submit(jobs: readonly J[], signal: AbortSignal, onStart: () => void): Promise<R[]> {
    const call: Waiting<J, R>[] = [];
    const results = jobs.map((job) => this.enqueue(job, call, signal, onStart));
    this.pump();
    return Promise.all(results);
  }

  private enqueue(job: J, call: Waiting<J, R>[], signal: AbortSignal, onStart: () => void): Promise<R> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      let settled = false;
      const settle = (then: () => void) => {
        if (settled) return;
        settled = true;
        signal.removeEventListener('abort', abort);
        then();
      };
      const entry: Waiting<J, R> = {
        job,
        call,
        onStart,
        resolve: (result) => settle(() => resolve(result)),
        reject: (error) => settle(() => reject(error)),
      };
      const abort = () => this.drop(entry, signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      call.push(entry);
      this.queue.push(entry);
    });
  }

  private drop(entry: Waiting<J, R>, reason: unknown): void {
    const at = this.queue.indexOf(entry);
    if (at >= 0) this.queue.splice(at, 1);
    entry.reject(reason);
  }

  private pump(): void {
    while (this.busy < this.slots && this.queue.length > 0) {
      const batch = this.queue.splice(0, this.maxBatch);
      this.busy++;
      for (const entry of batch) entry.onStart();
      const free = () => {
        this.busy--;
        this.pump();
      };
      this.run(batch.map((b) => b.job)).then(
        (results) => {
          free();
          batch.forEach((entry, i) => {
            entry.resolve(results[i]!);
          });
        },
        (error: unknown) => {
          for (const { call } of batch) for (const entry of call) this.drop(entry, error);
          free();
        },
      );
    }
  }

  /** Slots that take a job at once. */
  get free(): number {
    return Math.max(0, this.slots - this.busy);
  }
}
