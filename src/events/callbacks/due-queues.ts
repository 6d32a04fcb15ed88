import * as z from 'zod';
import { AppError } from '../../errors.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';

/** Of one queue: its lookup says when it is to be looked at, so that who delivers finds those alone that are due. */
const KIND = 'callback_queue';
const DUE = 'due';
/** Queues in which anything waits, of one owner and of all. */
const MOST = { ofOne: 500, ofAll: 5000 };
/** A queue in which nothing waits is forgotten after this, ms. */
const EMPTY_MS = 60_000;
/** Writers of one queue that come at the same moment, in all servers. */
const MOST_TRIES = 50;

const Value = z.object({ failures: z.int().min(0) });

export interface DueQueue {
  readonly name: string;
  readonly owner: string;
  readonly failures: number;
}

/** When the queues of callbacks are to be looked at: in the registry, so that a kill changes nothing. */
export class DueQueues {
  private readonly registry: Registry;
  private readonly now: () => Date;
  private readonly keptMs: number;

  constructor(registry: Registry, now: () => Date, keptMs: number) {
    this.registry = registry;
    this.now = now;
    this.keptMs = keptMs;
  }

  /** Throws SYSTEM_002 where a new queue would be one too many. */
  async makeSure(name: string, owner: string): Promise<void> {
    if ((await this.registry.get(KIND, name)) !== null) return;
    const [ofOne, ofAll] = await Promise.all([this.registry.count(KIND, owner), this.registry.count(KIND, null)]);
    if (ofOne < MOST.ofOne && ofAll < MOST.ofAll) return;
    throw new AppError('SYSTEM_002', { message: 'Messages wait for too many addresses.', retryAfterS: 60 });
  }

  /** Something was written into it. One that waits behind a failure goes on waiting. */
  async wake(name: string, owner: string): Promise<void> {
    await this.change(name, (entry) => {
      const at = entry === null ? null : dueOf(entry);
      return this.entry(entry, { name, owner }, at ?? this.now().getTime(), entry === null ? 0 : failuresOf(entry));
    });
  }

  /** It is not looked at before then. */
  async postpone(name: string, owner: string, failures: number, waitMs: number): Promise<void> {
    const at = this.now().getTime() + waitMs;
    await this.change(name, (entry) => this.entry(entry, { name, owner }, at, failures));
  }

  /**
   * Nobody looks at it any more, if `isEmpty` says so: false where that is not so, or somebody wrote into it meanwhile. A writer
   * changes the queue behind its letter, so what `isEmpty` did not see makes this fail.
   */
  async rest(name: string, isEmpty: () => Promise<boolean>): Promise<boolean> {
    const entry = await this.registry.get(KIND, name);
    if (entry === null) return true;
    if (!(await isEmpty())) return false;
    const resting = {
      ...entry,
      lookup: null,
      expires_at: new Date(this.now().getTime() + EMPTY_MS).toISOString(),
      version: entry.version + 1,
      value: { failures: 0 },
    };
    return this.registry.replace(KIND, resting);
  }

  /** Those that are due, the longest due first. */
  async due(limit: number): Promise<DueQueue[]> {
    const now = this.now().getTime();
    const entries = await this.registry.under(KIND, DUE, limit);
    return entries
      .filter((entry) => (dueOf(entry) ?? now) <= now)
      .map((entry) => ({ name: entry.id, owner: entry.owner, failures: failuresOf(entry) }));
  }

  private async change(name: string, to: (entry: RegistryEntry | null) => RegistryEntry): Promise<void> {
    for (let tried = 0; tried < MOST_TRIES; tried += 1) {
      const entry = await this.registry.get(KIND, name);
      const changed = to(entry);
      const done = entry === null ? await this.registry.add(KIND, changed) : await this.registry.replace(KIND, changed);
      if (done) return;
    }
    throw new AppError('DB_002', { message: 'The messages to one address are being changed too often at once.' });
  }

  private entry(
    before: RegistryEntry | null,
    { name, owner }: { readonly name: string; readonly owner: string },
    dueMs: number,
    failures: number,
  ): RegistryEntry {
    const now = this.now();
    return {
      id: name,
      lookup: `${DUE} ${String(Math.round(dueMs)).padStart(14, '0')} ${name}`,
      owner,
      created_at: before?.created_at ?? now.toISOString(),
      // Its letters go before.
      expires_at: new Date(now.getTime() + 2 * this.keptMs).toISOString(),
      version: (before?.version ?? 0) + 1,
      value: { failures } satisfies z.infer<typeof Value>,
    };
  }
}

/** Null: it rests. */
function dueOf({ lookup }: RegistryEntry): number | null {
  const [, at] = lookup?.split(' ') ?? [];
  return at === undefined || !/^\d+$/.test(at) ? null : Number(at);
}

const failuresOf = ({ value }: RegistryEntry): number => Value.safeParse(value).data?.failures ?? 0;
