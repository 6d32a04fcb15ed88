import type { OutgoingEvent, TargetName } from '../../contract/notification.ts';
import { AppError } from '../../errors.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';
import { waiting } from './letter.ts';
import { Places } from './places.ts';

/** Letters of one write, and of all that wait for it. */
const MOST = { together: 256, waiting: 10_000 };

interface Batch {
  readonly entries: RegistryEntry[];
  readonly written: PromiseWithResolvers<void>;
}

/**
 * Writes letters one write after the other, so that each is in the store before a later one is: who delivers sees no gap.
 * What comes during a write shares the next one.
 */
export class LetterWriter {
  private readonly places = new Places();
  private readonly registry: Registry;
  private readonly now: () => Date;
  private readonly batches: Batch[] = [];
  private count = 0;
  /** Anything, since the start. */
  hasWritten = false;
  private running: Promise<void> | null = null;

  constructor(registry: Registry, now: () => Date) {
    this.registry = registry;
    this.now = now;
  }

  /** Durable when it resolves. Throws what the registry does, SYSTEM_002 where too many wait. */
  write(event: OutgoingEvent, targets: readonly TargetName[]): Promise<void> {
    if (targets.length === 0) return Promise.resolve();
    if (this.count + targets.length > MOST.waiting) {
      return Promise.reject(new AppError('SYSTEM_002', { message: 'Too many messages wait to be written.' }));
    }
    this.hasWritten = true;
    const now = this.now();
    const place = this.places.next(now.getTime());
    const entries = targets.map((target) => waiting(target, event, place, now));
    this.count += entries.length;
    let last = this.batches.at(-1);
    if (last === undefined || last.entries.length + entries.length > MOST.together) {
      last = { entries: [], written: Promise.withResolvers() };
      // Who emits waits for it or does not.
      last.written.promise.catch(() => undefined);
      this.batches.push(last);
    }
    last.entries.push(...entries);
    this.running ??= this.run();
    return last.written.promise;
  }

  /** Resolves when nothing waits to be written. */
  async idle(): Promise<void> {
    while (this.running !== null) await this.running;
  }

  private async run(): Promise<void> {
    // What comes in this turn goes together.
    await Promise.resolve();
    for (let batch = this.batches.shift(); batch !== undefined; batch = this.batches.shift()) {
      const { entries, written } = batch;
      try {
        await this.registry.addAll('outgoing', entries);
        written.resolve();
      } catch (thrown) {
        written.reject(thrown);
      }
      this.count -= entries.length;
    }
    this.running = null;
  }
}
