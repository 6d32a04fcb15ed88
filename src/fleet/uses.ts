import * as z from 'zod';
import { turnsOf } from '../one-after-another.ts';
import type { Registry, RegistryEntry } from '../ports/registry.ts';
import { Holder, holderHere, isGone, letGo } from '../process-holder.ts';
import { WRONG_CLOCK_MS } from './meter.ts';
import { KEPT_MS } from './times.ts';

const KIND = 'server_use';
/** Processes that are remembered as using one server. */
const MOST_USERS = 100;

const Stored = z.object({
  last_at: z.iso.datetime().nullable(),
  requests: z.int().min(0),
  errors: z.int().min(0),
  /** Processes with requests under way, and until when they are believed. */
  users: z.array(Holder.extend({ count: z.int().min(1), until: z.iso.datetime() })),
});

type StoredUse = z.infer<typeof Stored>;

export interface Use {
  /** The last request that is known. */
  readonly lastAt: Date | null;
  /** Requests under way. */
  readonly underWay: number;
  readonly requests: number;
  readonly errors: number;
}

export const NEVER_USED: Use = { lastAt: null, underWay: 0, requests: 0, errors: 0 };

/** What this process has to say of one server. */
export interface UseHere {
  readonly at: Date;
  readonly requests: number;
  readonly errors: number;
  readonly underWay: number;
}

/** When servers were last used, over all processes. */
export class UseStore {
  private readonly registry: Registry;
  private readonly me = holderHere();
  private readonly now: () => Date;
  /** Whoever does not say again that it uses a server does so no more, ms. */
  private readonly believedMs: number;

  constructor(registry: Registry, now: () => Date, believedMs: number) {
    this.registry = registry;
    this.now = now;
    this.believedMs = believedMs;
  }

  async get(id: string): Promise<Use> {
    const found = await this.registry.get(KIND, id);
    return found === null ? NEVER_USED : this.useOf(found);
  }

  /** Durable when it resolves. */
  write(id: string, here: UseHere): Promise<void> {
    return this.update(id, (before, now) => {
      const others = before.users.filter((one) => one.holder !== this.me.holder && isBelieved(one, now));
      const until = new Date(now.getTime() + this.believedMs).toISOString();
      const mine = here.underWay > 0 ? [{ ...this.me, count: here.underWay, until }] : [];
      return {
        last_at: later(before.last_at, here.at),
        requests: before.requests + here.requests,
        errors: before.errors + here.errors,
        users: [...mine, ...others].slice(0, MOST_USERS),
      };
    });
  }

  /** A last use that has not been yet was written by a clock that was wrong: it is taken as now. */
  async settle(id: string): Promise<void> {
    const { lastAt } = await this.get(id);
    const isWrong = (at: Date | null, now: Date) => at !== null && at.getTime() - now.getTime() > WRONG_CLOCK_MS;
    if (!isWrong(lastAt, this.now())) return;
    await this.update(id, (before, now) => {
      const at = before.last_at === null ? null : new Date(before.last_at);
      return isWrong(at, now) ? { ...before, last_at: now.toISOString() } : before;
    });
  }

  /** Its GPUs were seen at work, whoever asked it. Durable when it resolves. */
  sawWork(id: string): Promise<void> {
    return this.update(id, (before, now) => ({ ...before, last_at: later(before.last_at, now) }));
  }

  close(): void {
    letGo(this.me);
  }

  private async update(id: string, change: (before: StoredUse, now: Date) => StoredUse): Promise<void> {
    await turnsOf(this.registry).until(`${KIND} ${id}`, async () => {
      const found = await this.registry.get(KIND, id);
      const now = this.now();
      const value = change(storedOf(found), now);
      const entry: RegistryEntry = {
        id,
        lookup: null,
        owner: 'system',
        created_at: found?.created_at ?? now.toISOString(),
        expires_at: new Date(now.getTime() + KEPT_MS).toISOString(),
        version: (found?.version ?? 0) + 1,
        value,
      };
      const isDone = found === null ? await this.registry.add(KIND, entry) : await this.registry.replace(KIND, entry);
      return isDone ? { value: true } : null;
    });
  }

  private useOf(entry: RegistryEntry): Use {
    const { last_at, requests, errors, users } = storedOf(entry);
    const now = this.now();
    const underWay = users.filter((one) => isBelieved(one, now)).reduce((sum, { count }) => sum + count, 0);
    return { lastAt: last_at === null ? null : new Date(last_at), underWay, requests, errors };
  }
}

const isBelieved = (user: StoredUse['users'][number], now: Date) => new Date(user.until) > now && !isGone(user);

const later = (before: string | null, at: Date): string =>
  before !== null && new Date(before) > at ? before : at.toISOString();

const storedOf = (entry: RegistryEntry | null): StoredUse =>
  Stored.safeParse(entry?.value).data ?? { last_at: null, requests: 0, errors: 0, users: [] };
