import { setTimeout as sleep } from 'node:timers/promises';
import type { OutgoingEvent, TargetName, TestOutcome } from '../../contract/notification.ts';
import { Lease } from '../../lease.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { Registry } from '../../ports/registry.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { DeadLetters } from './dead-letters.ts';
import { DeliveryMemory, latest } from './delivery-memory.ts';
import { LetterWriter } from './letter-writer.ts';
import { asDeliveryError, SEND_MS, type Target } from './target.ts';
import { LIMITS, type QueueLimits, TargetQueue } from './target-queue.ts';

export interface OutboxParts {
  readonly registry: Registry;
  readonly targets: readonly Target[];
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Date;
  readonly limits?: Partial<QueueLimits>;
  /** How often what others wrote is looked for, ms. */
  readonly lookMs?: number;
  /** A command delivers only behind a message of its own: `start` is called by the first one. */
  readonly startsByWriting?: boolean;
}

/** What another process wrote, or this one before it ended, is looked for this often, ms. */
const LOOK_MS = 1000;
/** A failing target is told of in the log this often, ms. */
const LOG_MS = 60_000;

/** Letters in the registry, one for each event and target, and a queue for each target. */
export class StoredOutbox implements Outbox {
  readonly targets: readonly TargetName[];
  private readonly parts: OutboxParts;
  private readonly writer: LetterWriter;
  private readonly dead: DeadLetters;
  private readonly queues: readonly TargetQueue[];
  private readonly memories: ReadonlyMap<TargetName, DeliveryMemory>;
  private timer: NodeJS.Timeout | null = null;
  private started = false;
  private looking: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(parts: OutboxParts) {
    this.parts = parts;
    const { registry, targets, now } = parts;
    this.targets = targets.map(({ name }) => name);
    this.writer = new LetterWriter(registry, now);
    this.dead = new DeadLetters(registry, now);
    this.memories = new Map(this.targets.map((name) => [name, new DeliveryMemory(registry, name)]));
    const limits = { ...LIMITS, ...parts.limits };
    this.queues = targets.map(
      (target) =>
        new TargetQueue({
          target,
          registry,
          lease: new Lease(registry, target.name),
          dead: this.dead,
          now,
          limits,
          told: this.toldOf(target.name),
        }),
    );
    parts.metrics.observeOutbox(() => this.queues.map((queue) => queue.status()));
    for (const target of this.targets) if (target !== 'templated') parts.metrics.webhookFailures.inc({ target }, 0);
  }

  /** Whether this process wrote anything that it may deliver itself. */
  get isDelivering(): boolean {
    return this.started && this.writer.hasWritten;
  }

  /** Delivers from now on. */
  start(): void {
    if (this.started || this.closed) return;
    this.started = true;
    for (const queue of this.queues) queue.start(this.parts.startsByWriting !== true);
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look()).catch(() => undefined);
    }, this.parts.lookMs ?? LOOK_MS).unref();
  }

  async accept(event: OutgoingEvent): Promise<void> {
    const takers = this.parts.targets.filter((target) => target.takes(event)).map(({ name }) => name);
    await this.writer.write(event, takers);
    if (takers.length > 0) this.startByWriting();
    for (const queue of this.queues) if (takers.includes(queue.name)) queue.wake();
  }

  status() {
    return Promise.all(
      this.queues.map(async (queue) => ({
        ...(await this.ofAllServers(queue)),
        dead_letters: await this.dead.count(queue.name).catch(() => null),
      })),
    );
  }

  /** Also what other processes wrote and tried. */
  private async ofAllServers(queue: TargetQueue) {
    const own = queue.status();
    const waiting = await this.parts.registry.countUnder('outgoing', queue.name).catch(() => null);
    const stored = await this.memories.get(queue.name)!.read();
    const { last_success_at, last_error } = latest(own, stored);
    const isStuck = waiting !== null && waiting > 0 && (last_error?.at ?? '') > (last_success_at ?? '');
    return { ...own, state: isStuck ? ('retrying' as const) : own.state, waiting, last_success_at, last_error };
  }

  states() {
    return this.queues.map((queue) => {
      const { target, state, last_success_at } = queue.status();
      return { target, state, last_success_at };
    });
  }

  async test(name: TargetName, signal?: AbortSignal): Promise<TestOutcome | null> {
    const target = this.parts.targets.find((one) => one.name === name);
    if (target === undefined) return null;
    const started = performance.now();
    const late = AbortSignal.timeout(SEND_MS);
    const reason = await target.test(signal ? AbortSignal.any([signal, late]) : late).then(
      () => null,
      (thrown) => (late.aborted ? `gave no answer within ${SEND_MS / 1000} s` : asDeliveryError(thrown).message),
    );
    // Where a test arrives, messages do; Templated.io's only asks for the account.
    if (reason === null && name !== 'templated')
      this.memories.get(name)?.note({ last_success_at: this.parts.now().toISOString() }, true);
    return { target: name, ok: reason === null, reason, took_ms: Math.round(performance.now() - started) };
  }

  deadLetters: Outbox['deadLetters'] = (page) => this.dead.list(page);

  async replay(id: string): Promise<boolean> {
    const letter = await this.dead.get(id);
    if (letter === null || letter.target === 'callback') return false;
    await this.writer.write(letter.event, [letter.target]);
    await this.dead.remove(id);
    this.startByWriting();
    this.queues.find(({ name }) => name === letter.target)?.wake();
    return true;
  }

  forget: Outbox['forget'] = (id) => this.dead.remove(id);

  async settle(ms: number): Promise<boolean> {
    const until = performance.now() + ms;
    await this.writer.idle();
    const isDone = () => this.queues.every((queue) => queue.isIdle || queue.isFailing);
    while (!isDone() && performance.now() < until) await sleep(20);
    return this.queues.every((queue) => queue.isIdle);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    if (this.timer) clearInterval(this.timer);
    await this.writer.idle();
    await Promise.all(this.queues.map((queue) => queue.close()));
    await Promise.all([...this.memories.values()].map((memory) => memory.close()));
    await this.looking;
  }

  private startByWriting(): void {
    if (this.parts.startsByWriting) this.start();
  }

  /** Wakes the queues where anything waits. */
  private async look(): Promise<void> {
    if (this.closed) return;
    const { items, unreadable = [] } = await this.parts.registry.list('outgoing', null, { limit: 1 });
    const isEmpty = items.length + unreadable.length === 0;
    for (const queue of this.queues) {
      if (!isEmpty) {
        queue.wake();
        await queue.trim();
      }
    }
    for (const queue of this.queues) void queue.tend();
  }

  private toldOf(target: TargetName) {
    const { metrics, log, now } = this.parts;
    const memory = this.memories.get(target);
    let isFailing = false;
    let [toldAt, untold] = [Number.NEGATIVE_INFINITY, 0];
    return {
      delivered(count: number) {
        metrics.outboxDelivered.inc({ target }, count);
        memory?.note({ last_success_at: now().toISOString() }, isFailing);
        isFailing = false;
        if (target === 'n8n') metrics.n8nLastSuccess.set(Date.now() / 1000);
        if (toldAt > Number.NEGATIVE_INFINITY) log.info({ target }, 'messages are delivered again');
        [toldAt, untold] = [Number.NEGATIVE_INFINITY, 0];
      },
      failed({ message: reason }: { message: string }) {
        if (target === 'templated') metrics.templatedFailures.inc();
        else metrics.webhookFailures.inc({ target });
        memory?.note({ last_error: { at: now().toISOString(), reason } }, true);
        isFailing = true;
        untold += 1;
        if (performance.now() - toldAt < LOG_MS) return;
        log.warn({ target, reason, failures: untold }, 'a message could not be delivered; it is tried again');
        toldAt = performance.now();
      },
      buried(reason: 'refused' | 'too old' | 'too many', count: number) {
        metrics.deadLetters.inc({ target, reason }, count);
      },
    };
  }
}
