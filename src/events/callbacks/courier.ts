import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { TargetStatus } from '../../contract/notification.ts';
import type { Lease } from '../../lease.ts';
import { roomFor } from '../../lru-room.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';
import type { WebPost } from '../../ports/web-post.ts';
import type { Log } from '../../telemetry/log.ts';
import { Alarm } from '../outbox/alarm.ts';
import type { DeadLetters } from '../outbox/dead-letters.ts';
import { asDeliveryError, DeliveryError, SEND_MS } from '../outbox/target.ts';
import { CallbackLetter } from './callback-letter.ts';
import type { DueQueue, DueQueues } from './due-queues.ts';
import { postLetter } from './post-letter.ts';
import { Receivers } from './receivers.ts';

export type Buried = 'refused' | 'too old' | 'too many';

export interface CourierParts {
  readonly registry: Registry;
  readonly queues: DueQueues;
  readonly dead: DeadLetters;
  readonly lease: Lease;
  readonly post: WebPost;
  readonly log: Log;
  readonly now: () => Date;
  readonly oldestMs: number;
  readonly lookMs: number;
  readonly backOffMs: (failures: number, askedMs: number | null) => number;
  readonly told: { delivered(): void; failed(error: DeliveryError): void; buried(reason: Buried): void };
}

const KIND = 'callback_letter';
/** Queues that are read at once, those of them whose receiver is looked up, and those that are delivered to at once. */
const MOST = { read: 5000, lookups: 200, atOnce: 64, slow: 32, slowOfOwner: 8 };
/** Letters of one queue before others have their turn; of a receiver that is not known to be quick it is one. */
const BURST = 50;
/** A delivery needs the lease for as long as it may take. */
const NEEDED_MS = SEND_MS + 1000;
/** Failures are told of in the log this often, ms. */
const LOG_MS = 60_000;

interface Figures {
  delivered: number;
  failures: number;
  last_success_at: string | null;
  last_error: TargetStatus['last_error'];
}

/** Takes letters where they belong: one at a time to each address, many addresses at once, each owner a share; never throws. */
export class Courier {
  readonly figures: Figures = { delivered: 0, failures: 0, last_success_at: null, last_error: null };
  private readonly parts: CourierParts;
  private readonly receivers = new Receivers(MOST);
  /** Where the letters of a queue go. */
  private readonly addresses = new LRUCache<string, string>(roomFor(MOST.read));
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly end = new AbortController();
  private running: Promise<void> | null = null;
  private readonly alarm = new Alarm();
  private toldAt = Number.NEGATIVE_INFINITY;

  constructor(parts: CourierParts) {
    this.parts = parts;
  }

  start(): void {
    if (!this.end.signal.aborted) this.running ??= this.run();
  }

  /** There is something to deliver. */
  wake(): void {
    this.alarm.wake();
  }

  async close(): Promise<void> {
    this.end.abort();
    this.alarm.wake();
    await this.running;
    await Promise.all(this.underWay.values());
    await this.parts.lease.release().catch(() => undefined);
  }

  async bury(entry: RegistryEntry, why: Buried, reason: string): Promise<void> {
    const { registry, dead, told } = this.parts;
    const { data: letter } = CallbackLetter.safeParse(entry.value);
    if (letter === undefined) await registry.remove(KIND, entry.id);
    else {
      await dead.buryCallback(entry, letter, reason);
      told.buried(why);
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.end;
    while (!signal.aborted) {
      this.alarm.set();
      // Where the store gives no answer, what it holds is still there.
      await this.look().catch(() => undefined);
      if (!signal.aborted) await this.alarm.sleep(this.parts.lookMs);
    }
  }

  private async look(): Promise<void> {
    const due = await this.parts.queues.due(MOST.read);
    const free = due.filter(({ name }) => !this.underWay.has(name));
    if (free.length === 0 || !(await this.parts.lease.holds(NEEDED_MS))) return;
    let lookups = 0;
    for (const queue of this.receivers.inTurn(free)) {
      if (this.underWay.size >= MOST.atOnce || this.end.signal.aborted) return;
      const { name, owner } = queue;
      let url = this.addresses.get(name);
      if (url === undefined) {
        lookups += 1;
        // The next look begins where this one ends.
        if (lookups > MOST.lookups) return this.wake();
        url = await this.addressOf(name);
        this.addresses.set(name, url);
      }
      const giveBack = this.receivers.take(owner, url);
      if (giveBack === null) continue;
      const work = this.serve(queue, this.receivers.isQuick(owner, url) ? BURST : 1)
        // The store gives no answer.
        .catch(() => this.pause())
        .then(() => {
          this.underWay.delete(name);
          giveBack();
          // Somebody may have waited for the place.
          this.wake();
        });
      this.underWay.set(name, work);
    }
  }

  /** Empty: nothing waits there, or what cannot be read. */
  private async addressOf(name: string): Promise<string> {
    const [entry] = await this.parts.registry.under(KIND, name, 1);
    return CallbackLetter.safeParse(entry?.value).data?.to.url ?? '';
  }

  /** Until nothing waits, a failure, or others should have their turn. */
  private async serve({ name, owner, failures }: DueQueue, burst: number): Promise<void> {
    const { registry, queues, lease } = this.parts;
    const isEmpty = async () => (await registry.under(KIND, name, 1)).length === 0;
    for (let count = 0; count < burst && !this.end.signal.aborted; count += 1) {
      const [entry] = await registry.under(KIND, name, 1);
      if (entry === undefined) {
        if (await queues.rest(name, isEmpty)) return;
        continue;
      }
      if (!(await lease.holds(NEEDED_MS))) return;
      const failed = await this.deliver(entry);
      if (failed === null) continue;
      if (this.end.signal.aborted) return;
      const times = count === 0 ? failures + 1 : 1;
      await queues.postpone(name, owner, times, this.parts.backOffMs(times, failed.retryAfterMs));
      return;
    }
  }

  /** Null: it is out of the queue. */
  private async deliver(entry: RegistryEntry): Promise<DeliveryError | null> {
    const { registry, post, now, oldestMs } = this.parts;
    const { data: letter } = CallbackLetter.safeParse(entry.value);
    if (letter === undefined) {
      await registry.remove(KIND, entry.id);
      return null;
    }
    const { owner, url } = letter.to;
    const began = performance.now();
    const answered = (is: boolean) => this.receivers.answered(owner, url, is ? performance.now() - began : null);
    try {
      await this.inTime((signal) => postLetter(post, letter, now(), signal));
      answered(true);
    } catch (thrown) {
      const error = asDeliveryError(thrown);
      if (this.end.signal.aborted) return error;
      answered(error.isAnswer);
      this.noteFailure(error);
      const isOld = now().getTime() - Date.parse(entry.created_at) >= oldestMs;
      if (error.isFinal) await this.bury(entry, 'refused', error.message);
      else if (isOld) await this.bury(entry, 'too old', `not delivered in time: ${error.message}`);
      else return error;
      return null;
    }
    this.figures.delivered += 1;
    this.figures.last_success_at = now().toISOString();
    this.parts.told.delivered();
    await this.removed(entry.id);
    return null;
  }

  /** Delivered, it must not go out again while this process lives. */
  private async removed(id: string): Promise<void> {
    const { signal } = this.end;
    for (;;) {
      try {
        await this.parts.registry.remove(KIND, id);
        return;
      } catch {
        if (signal.aborted) return;
        await this.pause();
      }
    }
  }

  private async pause(): Promise<void> {
    await sleep(1000, undefined, { ref: false, signal: this.end.signal }).catch(() => undefined);
  }

  private async inTime(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const late = AbortSignal.timeout(SEND_MS);
    const signal = AbortSignal.any([late, this.end.signal]);
    const ended = Promise.withResolvers<never>();
    const onEnd = () => ended.reject(new DeliveryError(`gave no answer within ${SEND_MS / 1000} s`));
    signal.addEventListener('abort', onEnd, { once: true });
    try {
      await Promise.race([work(signal), ended.promise]);
    } finally {
      signal.removeEventListener('abort', onEnd);
    }
  }

  private noteFailure(error: DeliveryError): void {
    const { log, now, told } = this.parts;
    const { message: reason } = error;
    this.figures.failures += 1;
    this.figures.last_error = { at: now().toISOString(), reason };
    told.failed(error);
    if (performance.now() - this.toldAt < LOG_MS) return;
    this.toldAt = performance.now();
    log.warn({ target: 'callback', reason }, 'a message to an address of a caller could not be delivered');
  }
}
