import { setTimeout as sleep } from 'node:timers/promises';
import type { TargetStatus } from '../../contract/notification.ts';
import type { Lease } from '../../lease.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';
import { Alarm } from './alarm.ts';
import { backOffMs } from './back-off.ts';
import type { DeadLetters } from './dead-letters.ts';
import { Letter } from './letter.ts';
import { asDeliveryError, DeliveryError, SEND_MS, type Target } from './target.ts';

/** Letters that are read at once. */
const PAGE = 100;
/** Letters that were delivered and whose removal is not done yet, at most: so many come twice after `kill -9`. */
const LEAVING = 64;
/** While another server holds the lease, and while the store gives no answer. */
const LOOK_AGAIN_MS = 1000;
/** What waits for another reason is looked at so often, and after a failure, ms. */
const TEND_MS = 10_000;
const TEND_LATER_MS = 60_000;
/** A delivery needs the lease for as long as it may take. */
const NEEDED_MS = SEND_MS + 1000;

export interface QueueParts {
  readonly target: Target;
  readonly registry: Registry;
  readonly lease: Lease;
  readonly dead: DeadLetters;
  readonly now: () => Date;
  readonly limits: QueueLimits;
  readonly told: QueueTold;
}

export interface QueueLimits {
  /** Letters that wait for this target; the oldest beyond them become dead letters. */
  readonly backlog: number;
  /** A letter that could not be delivered for so long becomes a dead letter, ms. */
  readonly oldestMs: number;
  readonly sendMs: number;
  readonly backOffMs: (failures: number, askedMs: number | null) => number;
}

export interface QueueTold {
  delivered(count: number): void;
  failed(error: DeliveryError): void;
  buried(reason: 'refused' | 'too old' | 'too many', count: number): void;
}

export const LIMITS: QueueLimits = { backlog: 10_000, oldestMs: 86_400_000, sendMs: SEND_MS, backOffMs };

type Wait = Pick<RegistryEntry, 'id'> & { readonly entry: RegistryEntry; readonly letter: Letter };

/** Delivers the letters of one target, in their order, one try at a time, for as long as it takes; never throws. */
export class TargetQueue {
  private readonly parts: QueueParts;
  private readonly end = new AbortController();
  private readonly alarm = new Alarm();
  private failures = 0;
  /** Delivered, and not yet known to be removed. */
  private readonly leaving = new Map<string, Promise<unknown>>();
  /** In a try just now: nobody buries them meanwhile. */
  private inHand = new Set<string>();
  /** Buried since the last page was read. */
  private readonly trimmed = new Set<string>();
  private running: Promise<void> = Promise.resolve();
  private counted: number | null = null;
  private readonly figures = { delivered: 0, failures: 0, success: null as string | null };
  private tended: Promise<void> = Promise.resolve();
  private tending = false;
  private tendAt = 0;
  private lastError: TargetStatus['last_error'] = null;

  constructor(parts: QueueParts) {
    this.parts = parts;
  }

  get name(): Target['name'] {
    return this.parts.target.name;
  }

  /** `claims`: who only looks in for a moment leaves the target to this server, also before there was anything to deliver. */
  start(claims: boolean): void {
    const claimed = claims ? this.parts.lease.holds(0).catch(() => false) : Promise.resolve(false);
    this.running = claimed.then(() => this.run());
  }

  /** There is something to deliver. */
  wake(): void {
    this.alarm.wake();
  }

  async close(): Promise<void> {
    this.end.abort();
    this.alarm.wake();
    await Promise.all([this.running, this.tended]);
    await Promise.allSettled(this.leaving.values());
    await this.parts.lease.release().catch(() => undefined);
    await this.parts.target.close?.();
  }

  status(): Omit<TargetStatus, 'dead_letters'> {
    return {
      target: this.parts.target.name,
      state: this.failures > 0 ? 'retrying' : 'ok',
      waiting: this.counted,
      delivered: this.figures.delivered,
      failures: this.figures.failures,
      last_success_at: this.figures.success,
      last_error: this.lastError,
    };
  }

  /** Nothing waits and nothing is in a try, as far as this server knows. */
  get isIdle(): boolean {
    return this.alarm.isAsleep && this.leaving.size === 0;
  }

  get isFailing(): boolean {
    return this.failures > 0;
  }

  /** Letters beyond the limit become dead letters, the oldest first, also while the target hangs. */
  async trim(): Promise<void> {
    const { registry, target, limits, dead, told, lease } = this.parts;
    const count = await registry.countUnder('outgoing', target.name);
    this.counted = count;
    if (count <= limits.backlog || !(await lease.holds(0))) return;
    const oldest = await registry.under('outgoing', target.name, PAGE);
    const free = oldest.filter(({ id }) => !this.inHand.has(id) && this.isWaiting(id));
    const over = free.slice(0, count - limits.backlog);
    for (const { id } of over) this.trimmed.add(id);
    await Promise.all(over.map((entry) => this.bury(entry, 'too many messages were waiting')));
    told.buried('too many', over.length);
    await dead.trim(target.name);
  }

  /** What waits for another reason, such as the end of quiet hours. */
  tend(): Promise<void> {
    this.tended = this.tendNow();
    return this.tended;
  }

  private async tendNow(): Promise<void> {
    const { target, lease, limits } = this.parts;
    if (target.tend === undefined || this.tending || performance.now() < this.tendAt) return;
    this.tending = true;
    const signal = AbortSignal.any([AbortSignal.timeout(limits.sendMs), this.end.signal]);
    try {
      this.noteSuccess(await target.tend(() => lease.holds(NEEDED_MS), signal));
      this.tendAt = performance.now() + TEND_MS;
    } catch (thrown) {
      this.tendAt = performance.now() + TEND_LATER_MS;
      if (thrown instanceof DeliveryError) this.noteFailure(thrown);
    } finally {
      this.tending = false;
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.end;
    while (!signal.aborted) {
      try {
        const found = await this.round();
        if (!found && !signal.aborted) await this.alarm.sleep();
      } catch {
        // The store gives no answer: what it holds is still there.
        await this.pause(LOOK_AGAIN_MS);
      }
    }
  }

  /** Whether there was anything to do. */
  private async round(): Promise<boolean> {
    const { registry, target, lease } = this.parts;
    this.alarm.set();
    this.trimmed.clear();
    const page = (await registry.under('outgoing', target.name, PAGE)).filter(({ id }) => !this.leaving.has(id));
    if (page.length === 0) {
      this.counted = 0;
      if (this.leaving.size === 0) return false;
      await Promise.allSettled(this.leaving.values());
      return true;
    }
    this.counted = Math.max(this.counted ?? 0, page.length);
    const wasHeld = lease.isHeld(NEEDED_MS);
    if (!(await lease.holds(NEEDED_MS))) {
      await this.pause(LOOK_AGAIN_MS);
      return true;
    }
    // Of what was read before the lease was taken another server may have delivered some.
    const letters = await this.readable(wasHeld ? page : await registry.under('outgoing', target.name, PAGE));
    for (let at = 0; at < letters.length && !this.end.signal.aborted; ) {
      const some = letters.slice(at, at + target.batch).filter(({ id }) => this.isWaiting(id));
      if (some.length > 0 && !(await this.deliver(some))) return true;
      at += target.batch;
    }
    return true;
  }

  private isWaiting(id: string): boolean {
    return !this.leaving.has(id) && !this.trimmed.has(id);
  }

  /** Whether they are out of the queue. */
  private async deliver(letters: readonly Wait[]): Promise<boolean> {
    const { limits, lease, now } = this.parts;
    if (!(await lease.holds(NEEDED_MS))) return false;
    this.inHand = new Set(letters.map(({ id }) => id));
    let sent: number;
    try {
      sent = await this.send(letters);
    } catch (thrown) {
      this.inHand.clear();
      const error = asDeliveryError(thrown);
      if (this.end.signal.aborted) return false;
      this.noteFailure(error);
      if (error.isFinal) {
        if (letters.length > 1) return this.oneByOne(letters);
        await this.buryAll(letters, 'refused', error.message);
        return true;
      }
      const old = letters.filter(({ entry }) => now().getTime() - Date.parse(entry.created_at) >= limits.oldestMs);
      if (old.length > 0) {
        await this.buryAll(old, 'too old', `not delivered in time: ${error.message}`);
        return false;
      }
      this.failures += 1;
      await this.pause(limits.backOffMs(this.failures, error.retryAfterMs));
      return false;
    }
    for (const { id } of letters) this.remove(id);
    this.inHand.clear();
    this.failures = 0;
    this.noteSuccess(sent);
    this.counted = Math.max(0, (this.counted ?? 0) - letters.length);
    while (this.leaving.size >= LEAVING && !this.end.signal.aborted) await Promise.race(this.leaving.values());
    return true;
  }

  /** Finds those that are refused. */
  private async oneByOne(letters: readonly Wait[]): Promise<boolean> {
    for (const letter of letters) if (!(await this.deliver([letter]))) return false;
    return true;
  }

  private async send(letters: readonly Wait[]): Promise<number> {
    const { target, limits } = this.parts;
    const late = AbortSignal.timeout(limits.sendMs);
    const signal = AbortSignal.any([late, this.end.signal]);
    const ended = Promise.withResolvers<never>();
    const onEnd = () =>
      ended.reject(
        new DeliveryError(late.aborted ? `gave no answer within ${limits.sendMs / 1000} s` : 'the server is stopping'),
      );
    signal.addEventListener('abort', onEnd, { once: true });
    try {
      const events = letters.map(({ letter }) => letter.event);
      return await Promise.race([target.deliver(events, signal), ended.promise]);
    } finally {
      signal.removeEventListener('abort', onEnd);
    }
  }

  private remove(id: string): void {
    const removal = this.parts.registry.remove('outgoing', id).then(
      () => this.leaving.delete(id),
      // It stays in the store, and must not go out again while this process lives.
      () => sleep(LOOK_AGAIN_MS, undefined, { ref: false }).then(() => this.removeAgain(id)),
    );
    this.leaving.set(id, removal);
  }

  private removeAgain(id: string): void {
    if (this.end.signal.aborted) this.leaving.delete(id);
    else this.remove(id);
  }

  /** What cannot be read is out of the queue, and nothing that anybody could send. */
  private async readable(entries: readonly RegistryEntry[]): Promise<Wait[]> {
    const letters: Wait[] = [];
    for (const entry of entries) {
      const { data: letter } = Letter.safeParse(entry.value);
      if (letter !== undefined) letters.push({ id: entry.id, entry, letter });
      else await this.parts.registry.remove('outgoing', entry.id);
    }
    return letters;
  }

  private async buryAll(letters: readonly Wait[], kind: 'refused' | 'too old', reason: string): Promise<void> {
    await Promise.all(letters.map(({ entry }) => this.bury(entry, reason)));
    this.parts.told.buried(kind, letters.length);
  }

  private async bury(entry: RegistryEntry, reason: string): Promise<void> {
    const { data: letter } = Letter.safeParse(entry.value);
    if (letter === undefined) await this.parts.registry.remove('outgoing', entry.id);
    else await this.parts.dead.bury(entry, letter, reason);
  }

  /** Of what nobody was to be told of, nothing has arrived anywhere. */
  private noteSuccess(sent: number): void {
    if (sent === 0) return;
    this.figures.delivered += sent;
    this.figures.success = this.parts.now().toISOString();
    this.parts.told.delivered(sent);
  }

  private noteFailure(error: DeliveryError): void {
    this.figures.failures += 1;
    this.lastError = { at: this.parts.now().toISOString(), reason: error.message };
    this.parts.told.failed(error);
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { ref: false, signal: this.end.signal }).catch(() => undefined);
  }
}
