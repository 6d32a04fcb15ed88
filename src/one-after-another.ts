import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from './errors.ts';

/** Changes of one entry that wait for others of it to end, and how long in all, ms. */
export const TURN_LIMITS = { waiting: 500, waitMs: 10_000 };

/** A change that found one of another process waits so long at most before it is tried again, ms. */
const LONGEST_PAUSE_MS = 200;

/** One after the other of what has the same name, in the order in which it came. */
export class OneAfterAnother {
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

  /**
   * Tries until it is done (null: another process was faster): one after the other here, with pauses by chance between tries.
   * SYSTEM_002 where that takes too long.
   */
  until<R>(name: string, attempt: () => Promise<{ readonly value: R } | null>): Promise<R> {
    return this.take(name, async (until) => {
      for (let pause = 5; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
        const done = await attempt();
        if (done !== null) return done.value;
        if (performance.now() + pause > until) throw tooManyChanges();
        await sleep(Math.random() * pause);
      }
    });
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

const known = new WeakMap<object, OneAfterAnother>();

/** Of all in this process who change what is in one store. */
export function turnsOf(store: object): OneAfterAnother {
  const turns = known.get(store) ?? new OneAfterAnother();
  known.set(store, turns);
  return turns;
}

const tooManyChanges = () =>
  new AppError('SYSTEM_002', {
    message: 'Too many change the same at once.',
    advice: 'Nothing was changed. Try again after the seconds named in retry_after_s.',
    retryAfterS: 1,
  });
