import type { DeadLetter, TargetStatus } from '../../contract/notification.ts';
import type { Page, PageRequest } from '../../contract/page.ts';
import { AppError } from '../../errors.ts';
import { Lease } from '../../lease.ts';
import { OneAfterAnother } from '../../one-after-another.ts';
import type { CallbackAddress, CallbackMessage, Callbacks } from '../../ports/callbacks.ts';
import type { Registry } from '../../ports/registry.ts';
import type { WebPost } from '../../ports/web-post.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { backOffMs } from '../outbox/back-off.ts';
import { DeadLetters } from '../outbox/dead-letters.ts';
import { DeliveryMemory, latest } from '../outbox/delivery-memory.ts';
import { Places } from '../outbox/places.ts';
import { waitingLetter } from './callback-letter.ts';
import { Courier } from './courier.ts';
import { DueQueues } from './due-queues.ts';

export interface CallbackOutboxParts {
  readonly registry: Registry;
  readonly post: WebPost;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Date;
  /** A letter that could not be delivered for so long becomes a dead letter, ms. */
  readonly oldestMs: number;
  /** How often what others wrote, or what waited, is looked for, ms. */
  readonly lookMs?: number;
  readonly backOffMs?: (failures: number, askedMs: number | null) => number;
}

const NAME = 'callback';
const KIND = 'callback_letter';
/** What nobody delivers goes after this. */
const KEPT_MS = 14 * 86_400_000;
const MOST = {
  /** Letters that wait for one address; the oldest beyond them become dead letters. */
  ofQueue: 100,
  /** Of one owner. */
  ofOwner: 5000,
  /** Characters of one message. */
  characters: 4 * 2 ** 20,
};

/** Letters in the registry; one server of those that share it delivers them. */
export class CallbackOutbox implements Callbacks {
  private readonly parts: CallbackOutboxParts;
  private readonly queues: DueQueues;
  private readonly dead: DeadLetters;
  private readonly courier: Courier;
  private readonly memory: DeliveryMemory;
  private readonly places = new Places();
  private readonly turns = new OneAfterAnother();
  private closed = false;

  constructor(parts: CallbackOutboxParts) {
    this.parts = parts;
    const { registry, metrics, log, now, oldestMs } = parts;
    this.queues = new DueQueues(registry, now, KEPT_MS);
    this.dead = new DeadLetters(registry, now);
    this.memory = new DeliveryMemory(registry, NAME);
    let isFailing = false;
    this.courier = new Courier({
      ...{ registry, queues: this.queues, dead: this.dead, post: parts.post, log, now, oldestMs },
      lease: new Lease(registry, NAME),
      backOffMs: parts.backOffMs ?? backOffMs,
      lookMs: parts.lookMs ?? 1000,
      told: {
        delivered: () => {
          metrics.outboxDelivered.inc({ target: NAME });
          this.memory.note({ last_success_at: now().toISOString() }, isFailing);
          isFailing = false;
        },
        failed: ({ message: reason }) => {
          metrics.webhookFailures.inc({ target: NAME });
          this.memory.note({ last_error: { at: now().toISOString(), reason } }, true);
          isFailing = true;
        },
        buried: (reason) => metrics.deadLetters.inc({ target: NAME, reason }),
      },
    });
    metrics.webhookFailures.inc({ target: NAME }, 0);
  }

  check(url: string): void {
    this.parts.post.check(url);
  }

  send(to: CallbackAddress, message: CallbackMessage): Promise<void> {
    if (this.closed) return Promise.reject(new AppError('SYSTEM_001', { message: 'The server is stopping.' }));
    if (message.body.length > MOST.characters) {
      return Promise.reject(new AppError('SYSTEM_002', { message: 'The message is too long to be sent.' }));
    }
    return this.turns.take(to.name, async () => {
      const { registry, now } = this.parts;
      await this.queues.makeSure(to.name, to.owner);
      if ((await registry.count(KIND, to.owner)) >= MOST.ofOwner) {
        throw new AppError('SYSTEM_002', { message: 'Too many messages wait to be sent.', retryAfterS: 60 });
      }
      const at = now();
      await registry.add(KIND, waitingLetter(to, message, this.places.next(at.getTime()), at, KEPT_MS));
      await this.trim(to.name);
      await this.queues.wake(to.name, to.owner);
      this.courier.start();
      this.courier.wake();
    });
  }

  async drop(name: string): Promise<void> {
    const { registry } = this.parts;
    for (let more = true; more; ) {
      const some = await registry.under(KIND, name, 100);
      for (const { id } of some) await registry.remove(KIND, id);
      more = some.length === 100;
    }
  }

  async status(): Promise<TargetStatus | null> {
    const { registry } = this.parts;
    const [waiting, dead_letters, stored] = await Promise.all([
      registry.count(KIND, null).catch(() => null),
      this.dead.count(NAME).catch(() => null),
      this.memory.read(),
    ]);
    const { delivered, failures, ...own } = this.courier.figures;
    const { last_success_at, last_error } = latest(own, stored);
    const isNothing = waiting === 0 && dead_letters === 0 && delivered === 0 && failures === 0;
    if (isNothing && last_success_at === null && last_error === null) return null;
    const isStuck = waiting !== 0 && (last_error?.at ?? '') > (last_success_at ?? '');
    return {
      target: NAME,
      state: isStuck ? 'retrying' : 'ok',
      ...{ waiting, delivered, failures, dead_letters, last_success_at, last_error },
    };
  }

  deadLetters(page: PageRequest): Promise<Page<DeadLetter>> {
    return this.dead.list(page);
  }

  async replay(id: string): Promise<boolean> {
    const letter = await this.dead.get(id);
    if (letter?.callback === undefined) return false;
    await this.send(letter.callback.to, letter.callback.message);
    await this.dead.remove(id);
    return true;
  }

  forget(id: string): Promise<boolean> {
    return this.dead.remove(id);
  }

  start(): void {
    this.courier.start();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.courier.close();
    await this.memory.close();
  }

  /** The first one may be on its way. */
  private async trim(name: string): Promise<void> {
    const { registry } = this.parts;
    const excess = (await registry.countUnder(KIND, name)) - MOST.ofQueue;
    if (excess <= 0) return;
    const [, ...oldest] = await registry.under(KIND, name, excess + 1);
    for (const entry of oldest) await this.courier.bury(entry, 'too many', 'too many messages were waiting');
  }
}
