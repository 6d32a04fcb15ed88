import { AppError } from '../../errors.ts';

/** Runs that are not over. */
export class OpenRuns {
  private readonly open = new Map<AbortController, Promise<void>>();
  private readonly limitMs: number;

  /** `limitMs`: the longest that a run may take. */
  constructor(limitMs: number) {
    this.limitMs = limitMs;
  }

  /** `run` is told by its signal when the client has gone, its time is over or the server stops. */
  async run(gone: AbortSignal, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(new AppError('ANALYSIS_003')), this.limitMs).unref();
    const running = run(AbortSignal.any([gone, end.signal])).finally(() => {
      clearTimeout(timer);
      this.open.delete(end);
    });
    this.open.set(end, running);
    await running;
  }

  /** Waits for what runs, at most `ms`; what is left is told that the server stops. */
  async settle(ms: number): Promise<void> {
    const all = Promise.allSettled(this.open.values());
    const late = setTimeout(() => {
      for (const end of this.open.keys()) end.abort(new AppError('SYSTEM_001', { message: 'The server is stopping.' }));
    }, ms);
    await all;
    clearTimeout(late);
  }
}
