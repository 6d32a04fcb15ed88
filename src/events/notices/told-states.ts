import * as z from 'zod';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';

const KIND = 'notice_state';
const MOST = 1000;
const KEPT_MS = 30 * 86_400_000;

const State = z.strictObject({ about: z.string(), told_at: z.string() });

/** What people of one channel were told last of things that went wrong and have not come right since. */
export class ToldStates {
  private readonly registry: Registry;
  private readonly name: string;
  private readonly owner: string;
  private entries = new Map<string, RegistryEntry>();

  private constructor(registry: Registry, name: string, owner: string) {
    this.registry = registry;
    this.name = name;
    this.owner = owner;
  }

  /** Of one place: rules are broken and come right on one desk. */
  static async read(registry: Registry, channel: string, owner: string, place: string): Promise<ToldStates> {
    const states = new ToldStates(registry, [channel, owner, place].map(encodeURIComponent).join('/'), owner);
    for (const entry of await registry.under(KIND, states.name, MOST)) {
      const { data } = State.safeParse(entry.value);
      if (data !== undefined) states.entries.set(data.about, entry);
    }
    return states;
  }

  /** When it was told last, ms; null: never, or it came right since. */
  toldAt(about: string): number | null {
    const { data } = State.safeParse(this.entries.get(about)?.value);
    return data === undefined ? null : Date.parse(data.told_at);
  }

  async told(about: string, now: Date): Promise<void> {
    const before = this.entries.get(about);
    const id = `${this.name}/${encodeURIComponent(about)}`;
    const entry: RegistryEntry = {
      id,
      lookup: `${this.name} ${encodeURIComponent(about)}`,
      owner: this.owner,
      created_at: before?.created_at ?? now.toISOString(),
      expires_at: new Date(now.getTime() + KEPT_MS).toISOString(),
      version: (before?.version ?? 0) + 1,
      value: { about, told_at: now.toISOString() },
    };
    if (before === undefined) await this.registry.add(KIND, entry);
    else await this.registry.replace(KIND, entry);
    this.entries.set(about, entry);
  }

  async cameRight(about: string): Promise<void> {
    const entry = this.entries.get(about);
    if (entry === undefined) return;
    await this.registry.remove(KIND, entry.id);
    this.entries.delete(about);
  }
}
