import { entriesUnder } from '../../entries-under.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';
import { digest } from './digest.ts';
import type { Notice } from './notice.ts';
import { Held, type Statement } from './statement.ts';

const KIND = 'held_notice';
/** Of one owner and one channel; the oldest beyond them are not told any more. */
const MOST = 500;
const KEPT_MS = 7 * 86_400_000;

/** What became of things meanwhile, by what statements are about. */
export interface Changes {
  readonly broken: readonly string[];
  readonly right: readonly string[];
}

/** Notices of one channel that wait for the end of their owners' quiet hours. */
export class HeldNotices {
  private readonly registry: Registry;
  private readonly channel: string;

  constructor(registry: Registry, channel: string) {
    this.registry = registry;
    this.channel = channel;
  }

  /** Done twice it is the same. */
  async hold(held: Held, owner: string, now: Date): Promise<void> {
    const excess = (await this.registry.countUnder(KIND, this.nameOf(owner))) + 1 - MOST;
    const oldest = excess > 0 ? await this.registry.under(KIND, this.nameOf(owner), excess) : [];
    await Promise.all(oldest.map(({ id }) => this.registry.remove(KIND, id)));
    await this.registry.add(KIND, {
      id: `${held.id}.${this.channel}`,
      lookup: `${this.nameOf(owner)} ${now.toISOString()} ${held.id}`,
      owner,
      created_at: now.toISOString(),
      expires_at: new Date(now.getTime() + KEPT_MS).toISOString(),
      version: 1,
      value: held,
    });
  }

  /**
   * What waits must not be told as if nothing had come after it: what is broken anew or holds takes the place of what was said before of it
   * in that place. Of what is told by `eventId` nothing changes. The rights whose break waits here: it says of itself since when it is over.
   */
  async overtake(
    owner: string,
    place: string,
    { broken, right }: Changes,
    eventId: string,
    at: string,
  ): Promise<Set<string>> {
    const covered = new Set<string>();
    if (broken.length + right.length === 0) return covered;
    for (const entry of await this.of(owner)) {
      const held = Held.safeParse(entry.value).data;
      if (held?.statements === undefined || held.place !== place || held.id === eventId) continue;
      const kept = held.statements.flatMap((one): Statement[] => {
        if (one.about === null) return [one];
        if (right.includes(one.about) && one.state === 'broken') {
          covered.add(one.about);
          return [{ ...one, over: one.over ?? at }];
        }
        return broken.includes(one.about) || right.includes(one.about) ? [] : [one];
      });
      // What speaks of other things waits on.
      if (JSON.stringify(kept) === JSON.stringify(held.statements)) continue;
      if (!kept.some(({ about }) => about !== null)) await this.registry.remove(KIND, entry.id);
      else {
        await this.registry.replace(KIND, {
          ...entry,
          version: entry.version + 1,
          value: { ...held, statements: kept },
        });
      }
    }
    return covered;
  }

  /** Of whom anything waits; read one by one, however much it is. */
  async *owners(): AsyncGenerator<string> {
    for (let after: string | undefined; ; ) {
      const [first] = await this.registry.under(KIND, this.channel, 1, after);
      if (first === undefined) return;
      yield first.owner;
      // Behind all of this owner's.
      const end = `${this.nameOf(first.owner)}!`;
      after = first.lookup !== null && first.lookup > end ? first.lookup : end;
    }
  }

  /** All of an owner's as one, and away with them once it was posted; how many messages went out. */
  async release(owner: string, timeZone: string, post: (notice: Notice) => Promise<void>): Promise<number> {
    const entries = await this.of(owner);
    const notices = entries.flatMap(({ value }) => Held.safeParse(value).data ?? []);
    const notice = digest(notices, timeZone);
    if (notice !== null) await post(notice);
    await Promise.all(entries.map(({ id }) => this.registry.remove(KIND, id)));
    return notice === null ? 0 : 1;
  }

  private async of(owner: string): Promise<RegistryEntry[]> {
    const found: RegistryEntry[] = [];
    for await (const entry of entriesUnder(this.registry, KIND, this.nameOf(owner))) found.push(entry);
    return found;
  }

  private nameOf(owner: string): string {
    return `${this.channel} ${encodeURIComponent(owner)}`;
  }
}
