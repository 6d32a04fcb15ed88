import type { DeadLetter, SenderName } from '../../contract/notification.ts';
import type { Page, PageRequest } from '../../contract/page.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';
import type { CallbackLetter } from '../callbacks/callback-letter.ts';
import { dead, deadCallback, Letter } from './letter.ts';

/** Of one target; the oldest beyond them are forgotten. */
const MOST = 10_000;
const AT_ONCE = 100;

/** Messages that could not be delivered: kept for 30 days, to be looked at and sent once more. */
export class DeadLetters {
  private readonly registry: Registry;
  private readonly now: () => Date;

  constructor(registry: Registry, now: () => Date) {
    this.registry = registry;
    this.now = now;
  }

  /** Takes it out of the queue. Done twice it is the same. */
  async bury(entry: RegistryEntry, letter: Letter, reason: string): Promise<void> {
    await this.registry.add('dead_letter', dead(entry, letter, reason, this.now()));
    await this.registry.remove('outgoing', entry.id);
  }

  /** Of an address that a caller named. Done twice it is the same. */
  async buryCallback(entry: RegistryEntry, letter: CallbackLetter, reason: string): Promise<void> {
    await this.registry.add('dead_letter', deadCallback(entry, letter, reason, this.now()));
    await this.registry.remove('callback_letter', entry.id);
    await this.trim('callback');
  }

  count(target: SenderName): Promise<number> {
    return this.registry.countUnder('dead_letter', target);
  }

  /** How many were forgotten. */
  async trim(target: SenderName): Promise<number> {
    const excess = (await this.count(target)) - MOST;
    if (excess <= 0) return 0;
    const oldest = await this.registry.under('dead_letter', target, Math.min(excess, AT_ONCE));
    await Promise.all(oldest.map(({ id }) => this.registry.remove('dead_letter', id)));
    return oldest.length;
  }

  /** Newest first. */
  async list(page: PageRequest): Promise<Page<DeadLetter>> {
    const found = await this.registry.list('dead_letter', null, page);
    return { ...found, items: found.items.flatMap(shown) };
  }

  async get(id: string): Promise<Letter | null> {
    const entry = await this.registry.get('dead_letter', id);
    return entry === null ? null : (Letter.safeParse(entry.value).data ?? null);
  }

  /** False where there is none. */
  remove(id: string): Promise<boolean> {
    return this.registry.remove('dead_letter', id);
  }
}

function shown({ id, value }: RegistryEntry): DeadLetter[] {
  const letter = Letter.safeParse(value).data;
  if (letter?.died_at === undefined) return [];
  const { target, event, died_at, reason = 'not told' } = letter;
  return [{ id, target, died_at, reason, event }];
}
