import { AppError } from '../errors.ts';
import { turnsOf } from '../one-after-another.ts';
import type { Registry } from '../ports/registry.ts';

const KIND = 'delegation_budget';
const DAY_MS = 86_400_000;

/** Calls of each peer on each day (UTC), counted over all servers of one store. */
export class Budget {
  private readonly registry: Registry;
  private readonly now: () => Date;

  constructor(registry: Registry, now: () => Date) {
    this.registry = registry;
    this.now = now;
  }

  async left(peer: string, most: number): Promise<number> {
    return Math.max(0, most - callsOf((await this.registry.get(KIND, this.idOf(peer)))?.value));
  }

  /** Throws DELEGATION_005. */
  async take(peer: string, most: number): Promise<void> {
    const id = this.idOf(peer);
    await turnsOf(this.registry).until(`${KIND} ${id}`, async () => {
      const found = await this.registry.get(KIND, id);
      const calls = callsOf(found?.value);
      if (calls >= most) throw this.usedUp(peer, most);
      const at = this.now();
      const entry = {
        id,
        lookup: null,
        owner: peer,
        created_at: found?.created_at ?? at.toISOString(),
        expires_at: found?.expires_at ?? new Date(at.getTime() + 2 * DAY_MS).toISOString(),
        version: (found?.version ?? 0) + 1,
        value: { calls: calls + 1 },
      };
      const done = found === null ? await this.registry.add(KIND, entry) : await this.registry.replace(KIND, entry);
      return done ? { value: true } : null;
    });
  }

  private idOf(peer: string): string {
    return `${peer}@${this.now().toISOString().slice(0, 10)}`;
  }

  private usedUp(peer: string, most: number): AppError {
    const retryAfterS = Math.ceil((DAY_MS - (this.now().getTime() % DAY_MS)) / 1000);
    return new AppError('DELEGATION_005', { details: { peer, calls_per_day: most }, retryAfterS });
  }
}

const callsOf = (value: unknown): number => {
  const calls = (value as { calls?: unknown } | undefined)?.calls;
  return typeof calls === 'number' ? calls : 0;
};
