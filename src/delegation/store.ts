import * as z from 'zod';
import { Delegation, isOpen } from '../contract/delegation.ts';
import { DelegationTrace } from '../contract/delegation-trace.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import { entriesUnder } from '../entries-under.ts';
import { AppError } from '../errors.ts';
import type { Registry, RegistryEntry } from '../ports/registry.ts';
import { Holder, holderHere, isGone, letGo } from '../process-holder.ts';

const KIND = 'delegation';
/** What is over is kept so long. */
const KEPT_MS = 30 * 86_400_000;
/** Name of those that are not over, in their lookups. */
const OPEN = 'open';

const Stored = z.strictObject({
  shown: Delegation,
  trace: DelegationTrace,
  /** Of the peer; null: it has not said one. */
  task_id: z.string().nullable(),
  /** Whoever follows it says so until then; afterwards anybody may. */
  held_until: z.iso.datetime(),
  /** Who follows it: of a process of this machine that is gone it is free at once. */
  holder: Holder.nullable().default(null),
});
type Stored = z.infer<typeof Stored>;

/** One delegation as it was read: it is changed only as long as nobody else changed it. */
export interface Kept extends Stored {
  readonly owner: string;
  readonly version: number;
}

export class DelegationStore {
  private readonly registry: Registry;
  private readonly me: Holder;

  constructor(registry: Registry, holder: Partial<Holder> = {}) {
    this.registry = registry;
    this.me = holderHere(holder);
  }

  async add(owner: string, stored: Omit<Stored, 'holder'>): Promise<Kept> {
    const kept = { ...stored, holder: this.me, owner, version: 1 };
    if (!(await this.registry.add(KIND, entryOf(kept)))) throw new AppError('SYSTEM_003');
    return kept;
  }

  /** Null where somebody else was faster. */
  async change(kept: Kept, change: Partial<Stored>): Promise<Kept | null> {
    const next = { ...kept, ...change, holder: this.me, version: kept.version + 1 };
    return (await this.registry.replace(KIND, entryOf(next))) ? next : null;
  }

  async get(id: string): Promise<Kept | null> {
    const found = await this.registry.get(KIND, id);
    return found && keptOf(found);
  }

  async list(owner: string, page: PageRequest): Promise<Page<Delegation>> {
    const { items, ...rest } = await this.registry.list(KIND, owner, page);
    return { ...rest, items: items.map((entry) => keptOf(entry).shown) };
  }

  /** Not over, and followed by nobody: so many at most. One that is damaged is nobody's to follow. */
  async abandoned(now: Date, limit: number): Promise<Kept[]> {
    const found: Kept[] = [];
    for await (const entry of entriesUnder(this.registry, KIND, OPEN)) {
      if (!Stored.safeParse(entry.value).success) continue;
      const kept = keptOf(entry);
      const isFree = new Date(kept.held_until) <= now || (kept.holder !== null && isGone(kept.holder, this.me.machine));
      if (isFree && found.push(kept) >= limit) break;
    }
    return found;
  }

  /** What it still follows may be taken by others of this machine at once. */
  close(): void {
    letGo(this.me);
  }
}

function entryOf({ owner, version, ...value }: Kept): RegistryEntry {
  const { delegation_id: id, created_at, deadline, state } = value.shown;
  const expires = new Date(new Date(deadline).getTime() + KEPT_MS).toISOString();
  const lookup = isOpen(state) ? `${OPEN} ${id}` : null;
  return { id, lookup, owner, created_at, expires_at: expires, version, value };
}

function keptOf({ value, owner, version }: RegistryEntry): Kept {
  const read = Stored.safeParse(value);
  if (!read.success) throw new AppError('DB_003', { message: 'A delegation that is stored is damaged.' });
  return { ...read.data, owner, version };
}
