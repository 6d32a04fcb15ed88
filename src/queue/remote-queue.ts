import { randomBytes } from 'node:crypto';
import { Queue, QueueEvents } from 'bullmq';
import { type Done, decodeFailure, decodeOutcome } from '../analysis/away/outcome.ts';
import { eachOnce, type Stage } from '../analysis/each-once.ts';
import type { Caller } from '../analysis/gate/gate.ts';
import type { Priority } from '../contract/priority.ts';
import { AppError } from '../errors.ts';
import type { RedisClient } from '../storage/redis/queue-client.ts';
import type { Pending } from './pending.ts';
import { type QueueKeys, rankOf } from './queue-keys.ts';
import { DEAD_MS, MOST_DEAD, type QueueLimits, QueueStore } from './queue-store.ts';

/** What is tried in all, and what is waited before the second time, ms. */
const ATTEMPTS = 3;
const BACK_OFF_MS = 1000;
/** What nothing was heard of for so long is looked after, ms. */
const LOOK_MS = 1500;
/** Without Redis for so long, who waits is told, ms. */
const LOST_MS = 10_000;
/** What is asked before the first connection is there waits so long, ms. */
const FIRST_MS = 3000;
/** Events that Redis keeps for servers that were away. */
const EVENTS = 10_000;

export interface RemoteQueueParts {
  /** Answers at once, or fails. */
  readonly asking: RedisClient;
  /** Waits for events; closed with the queue. */
  readonly waiting: RedisClient;
  readonly keys: QueueKeys;
  readonly limits: QueueLimits;
  readonly warn: (err: unknown, what: string) => void;
}

export interface Order {
  readonly priority: Priority;
  readonly owner: string;
  /** Who shares the queue with others by this name. */
  readonly caller: Caller;
  /** Where it fails for good, it can be asked once more later. */
  readonly keepsFailure: boolean;
  readonly work: Buffer;
  /** What it asks, the same each time. */
  readonly question: string;
  /** Analyses that all workers have at once. */
  readonly atOnce: number;
  readonly stage: (stage: Stage) => void;
  readonly signal: AbortSignal;
}

/** The server's side: puts work in, and waits for what comes out, also when Redis forgets or says it twice. */
export class RemoteQueue {
  readonly store: QueueStore;
  readonly jobs: Queue;
  private readonly parts: RemoteQueueParts;
  private readonly events: QueueEvents;
  private readonly pending = new Map<string, Pending>();
  private readonly looking: NodeJS.Timeout;
  private isLooking = false;
  private lostAt: number | null = null;
  /** It was never connected, and was opened a moment ago. */
  private isNew = true;

  constructor(parts: RemoteQueueParts) {
    const { asking, waiting, keys } = parts;
    this.parts = parts;
    this.store = new QueueStore(asking, keys);
    const shared = { prefix: keys.prefix, skipVersionCheck: true };
    this.jobs = new Queue(keys.queue, {
      ...shared,
      connection: asking,
      skipWaitingForReady: true,
      streams: { events: { maxLen: EVENTS } },
    });
    this.events = new QueueEvents(keys.queue, { ...shared, connection: waiting });
    // Who waits is told by `look`; a line for each try to connect tells nobody more.
    this.jobs.on('error', () => undefined);
    this.events.on('error', () => undefined);
    this.events.on('active', ({ jobId }) => {
      const one = this.heard(jobId);
      if (one === undefined) return;
      one.takenAt = performance.now();
      one.takes += 1;
    });
    this.events.on('progress', ({ jobId, data }) => {
      const one = this.heard(jobId);
      if (data === 'detect' || data === 'measure' || data === 'check') one?.stage(data);
    });
    this.events.on('completed', ({ jobId }) => void this.collect(jobId));
    this.events.on('failed', ({ jobId, failedReason }) => this.died(jobId, failedReason));
    asking.once('ready', () => {
      this.isNew = false;
    });
    setTimeout(() => {
      this.isNew = false;
    }, FIRST_MS).unref();
    this.looking = setInterval(() => void this.look(), LOOK_MS / 2).unref();
  }

  get isReachable(): boolean {
    return this.parts.asking.status === 'ready';
  }

  /** Throws QUEUE_001 where there is no connection, nor soon. */
  async connected(): Promise<void> {
    const { asking } = this.parts;
    if (asking.status === 'ready') return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.isNew ? FIRST_MS : 0);
    asking.once('ready', resolve);
    await promise;
    clearTimeout(timer);
    asking.off('ready', resolve);
    if (asking.status !== ('ready' as string)) throw new AppError('QUEUE_001', { retryAfterS: 2 });
  }

  /** Throws what the worker refused or failed with, SYSTEM_002 where the queue is full, QUEUE_001. */
  async run({ stage, signal, ...order }: Order): Promise<Done> {
    const id = `job-${randomBytes(12).toString('base64url')}`;
    const { promise, resolve, reject } = Promise.withResolvers<Done>();
    promise.catch(() => undefined);
    const once = eachOnce(stage);
    const one: Pending = {
      ...{ ...order, id, resolve, reject },
      stage(to) {
        try {
          once(to);
        } catch (thrown) {
          reject(thrown);
        }
      },
      ...{ heardAt: performance.now(), begunAt: performance.now(), takenAt: null, takes: 0 },
      missing: 0,
    };
    const abort = () => reject(isTimeout(signal.reason) ? late(one) : signal.reason);
    signal.throwIfAborted();
    signal.addEventListener('abort', abort, { once: true });
    this.pending.set(id, one);
    let isDone = false;
    try {
      await this.submit(one);
      const done = await promise;
      isDone = true;
      return done;
    } finally {
      signal.removeEventListener('abort', abort);
      this.pending.delete(id);
      if (!isDone) void this.withdraw(id, isTimeout(signal.reason));
    }
  }

  async close(): Promise<void> {
    clearInterval(this.looking);
    const left = [...this.pending.keys()];
    for (const one of this.pending.values()) {
      one.reject(new AppError('SYSTEM_001', { message: 'The server is stopping.' }));
    }
    if (this.isReachable) await Promise.all(left.map((id) => this.withdraw(id)));
    // Without Redis they would wait for it, and what was never connected would go on trying when this process should end (bullmq 6.7.0).
    if (!this.isReachable) this.events.backend.close().catch(() => undefined);
    for (const one of [this.events, this.jobs]) one.close().catch(() => undefined);
    this.parts.waiting.disconnect();
    this.parts.asking.disconnect();
  }

  private async submit(one: Pending): Promise<void> {
    const { limits } = this.parts;
    const { id, priority, owner, keepsFailure } = one;
    const { admitted, open, own, share, waitMs } = await this.reached(this.store.admit(one, limits));
    const seconds = Math.ceil(waitMs / 100) / 10;
    if (!admitted && own >= share && share < limits.depth) throw overShare(own, seconds);
    if (!admitted) throw full(priority, open, seconds);
    await this.reached(
      this.jobs.add(
        'analysis',
        { priority, owner },
        {
          jobId: id,
          priority: rankOf(priority, own),
          attempts: ATTEMPTS,
          backoff: { type: 'exponential', delay: BACK_OFF_MS, jitter: 0.5 },
          removeOnComplete: true,
          removeOnFail: keepsFailure ? { age: DEAD_MS / 1000, count: MOST_DEAD } : true,
          stackTraceLimit: 0,
        },
      ),
    );
  }

  /** Whatever Redis fails with. */
  private async reached<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (cause) {
      throw cause instanceof AppError ? cause : new AppError('QUEUE_001', { cause, retryAfterS: 2 });
    }
  }

  private heard(id: string): Pending | undefined {
    const one = this.pending.get(id);
    if (one !== undefined) one.heardAt = performance.now();
    return one;
  }

  private async collect(id: string): Promise<void> {
    const one = this.heard(id);
    if (one === undefined) return;
    try {
      const text = await this.store.takeResult(id);
      // It was done, and what came out has gone with Redis or was taken: `look` has it done again.
      if (text !== null) one.resolve(decodeOutcome(text));
    } catch (thrown) {
      if (thrown instanceof AppError) one.reject(thrown);
      else one.heardAt = 0;
    }
  }

  private died(id: string, reason: string): void {
    this.pending.get(id)?.reject(decodeFailure(reason));
  }

  /** Events can be lost with Redis, and jobs too: what nothing was heard of is looked for, and put in again. */
  private async look(): Promise<void> {
    if (this.isLooking) return;
    if (!this.isReachable) {
      this.lostAt ??= performance.now();
      if (performance.now() - this.lostAt < LOST_MS) return;
      for (const one of this.pending.values()) one.reject(new AppError('QUEUE_001', { retryAfterS: 5 }));
      return;
    }
    this.lostAt = null;
    const quiet = [...this.pending.values()].filter((one) => performance.now() - one.heardAt > LOOK_MS);
    if (quiet.length === 0) return;
    this.isLooking = true;
    try {
      for (const { id, hasResult, isKnown, isDead } of await this.store.look(quiet.map(({ id }) => id))) {
        const one = this.heard(id);
        if (one === undefined) continue;
        if (hasResult) await this.collect(id);
        else if (isDead) this.died(id, await this.store.failedReason(id));
        else if (isKnown) one.missing = 0;
        else if (one.missing++ > 0) await this.submit(one);
      }
    } catch (err) {
      this.parts.warn(err, 'analyses in the queue could not be looked after');
    } finally {
      this.isLooking = false;
    }
  }

  /** Nobody waits for it: a worker that has it stops within a second. */
  private async withdraw(id: string, isLate = false): Promise<void> {
    try {
      if (isLate) await this.store.countLate().catch(() => undefined);
      if ((await this.store.look([id]))[0]?.isDead) return;
      await this.store.leave(id, false);
      await this.jobs.remove(id);
    } catch {
      // It goes by itself: its time is limited.
    }
  }
}

const isTimeout = (reason: unknown) => reason instanceof DOMException && reason.name === 'TimeoutError';

/** Where its time went: what was not computed is no matter of its photo. */
function late({ begunAt, takenAt, takes }: Pending): AppError {
  const s = (ms: number) => `${Math.round(ms / 100) / 10} s`;
  const now = performance.now();
  const queue = 'Try again later; whoever runs this server sees what waits and who works with "h200-mug queue status".';
  if (takenAt === null) {
    const message = `The analysis waited in the queue for ${s(now - begunAt)}, its whole time, and no worker came to it.`;
    return new AppError('ANALYSIS_003', { message, advice: `${queue} More workers mend it.` });
  }
  if (takes > 1) {
    const message = `The analysis took too long: ${takes} times a worker took it, and none ended it, as one that was lost or failed; ${s(now - begunAt)} in all.`;
    return new AppError('ANALYSIS_003', { message, advice: queue });
  }
  const [waited, worked] = [takenAt - begunAt, now - takenAt];
  const message = `The analysis took too long: it waited in the queue for ${s(waited)}, and a worker had it for ${s(worked)}.`;
  return new AppError('ANALYSIS_003', {
    message,
    ...(waited > worked && { advice: `${queue} More workers mend it.` }),
  });
}

const overShare = (own: number, seconds: number) =>
  new AppError('RATE_001', {
    message: `This caller has ${own} analyses of this priority in the queue, which is its share.`,
    advice: 'Send it again after the seconds named in retry_after_s, and fewer at once.',
    retryAfterS: seconds,
    details: { waiting: own },
  });

const full = (priority: Priority, open: number, seconds: number) =>
  new AppError('SYSTEM_002', {
    message: `The queue is full: with ${open} analyses of priority "${priority}" that wait or run, and what is more urgent, one more would not be done in time, or there is no room for its photo.`,
    advice: 'Send it again after the seconds named in retry_after_s: a place is kept for it.',
    retryAfterS: seconds,
    details: { priority, open },
  });
