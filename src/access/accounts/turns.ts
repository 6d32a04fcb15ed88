import { AppError } from '../../errors.ts';

/** Changes of one entry that wait for others of it to end, and how long in all, ms. */
export const TURN_LIMITS = { waiting: 500, waitMs: 10_000 };

/** One after the other of what has the same name, in the order in which it came. */
export class Turns {
  /** Of every name that has its turn: who comes next. */
  private readonly queues = new Map<string, (() => void)[]>();

  /** SYSTEM_002 where too many wait, or one waited too long; nothing has begun then. `work` is told until when, ms of `performance`. */
  async take<T>(name: string, work: (until: number) => Promise<T>): Promise<T> {
    const until = performance.now() + TURN_LIMITS.waitMs;
    await this.enter(name);
    try {
      return await work(until);
    } finally {
      const next = this.queues.get(name)?.shift();
      if (next === undefined) this.queues.delete(name);
      else next();
    }
  }

  private async enter(name: string): Promise<void> {
    const queue = this.queues.get(name);
    if (queue === undefined) {
      this.queues.set(name, []);
      return;
    }
    if (queue.length >= TURN_LIMITS.waiting) throw tooManyChanges();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const wake = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      queue.splice(queue.indexOf(wake), 1);
      reject(tooManyChanges());
    }, TURN_LIMITS.waitMs);
    queue.push(wake);
    await promise;
  }
}

export const tooManyChanges = () =>
  new AppError('SYSTEM_002', {
    message: 'The account is changed by too many at once.',
    advice: 'Nothing was changed. Try again after the seconds named in retry_after_s.',
    retryAfterS: 1,
  });
