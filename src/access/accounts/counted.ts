import * as z from 'zod';
import type { Registry } from '../../ports/registry.ts';
import { Kind } from './stored.ts';

/** What a server that was killed in between began counts no more after this, ms. */
const BEGUN_MS = 60_000;

const Ids = z.object({
  ids: z.array(z.string()),
  /** Are about to be there, or gone: whoever began it says so first. */
  begun: z.array(z.object({ id: z.string(), at: z.string() })),
});
type Ids = z.infer<typeof Ids>;

export interface CountedParts {
  readonly registry: Registry;
  readonly now: () => Date;
  /** Which list it is, and whose. */
  readonly id: string;
  readonly owner: string;
  /** The ids as they are stored elsewhere, one by one. */
  readonly actual: () => Promise<string[]>;
}

/**
 * Ids in one entry of the registry, which is changed only as it was read: what holds of them all (at most so many, at least one)
 * holds also when several servers change them at once. What they name is stored elsewhere; where the two differ, because
 * somebody was killed in between, that is put right as soon as it matters.
 */
export class Counted {
  private readonly parts: CountedParts;
  private readonly stored: Kind<Ids>;

  constructor(parts: CountedParts) {
    this.parts = parts;
    this.stored = new Kind(parts.registry, 'counted', Ids);
  }

  /** Before it is made. False where there are `most` already. */
  async join(id: string, most = Number.POSITIVE_INFINITY): Promise<boolean> {
    let joined = true;
    await this.change(async (value, begun, at) => {
      const others = { ids: value.ids.filter((one) => one !== id), begun: begun.filter((one) => one.id !== id) };
      if (others.ids.length >= most) others.ids = await this.actualOr(begun, id);
      joined = others.ids.length < most;
      return joined ? { ids: [...others.ids, id], begun: [...others.begun, { id, at }] } : value;
    });
    return joined;
  }

  /** Before it is removed. False where no other one would be left, of which `counts` says whether it does. */
  async leave(id: string, counts?: (id: string) => Promise<boolean>): Promise<boolean> {
    let left = true;
    await this.change(async (value, begun, at) => {
      left = true;
      const isLeaving = (one: string) => begun.some((other) => other.id === one && !value.ids.includes(one));
      let rest = value.ids.filter((one) => one !== id);
      if (counts !== undefined && !(await anyOf(rest, counts))) {
        rest = (await this.parts.actual()).filter((one) => one !== id && !isLeaving(one));
        left = rest.length > 0;
      }
      return left ? { ids: rest, begun: [...begun.filter((one) => one.id !== id), { id, at }] } : value;
    });
    return left;
  }

  /** It was made, or removed. Where that cannot be said, it counts no more after a minute: no reason to refuse what is done. */
  async settle(id: string): Promise<void> {
    await this.change(async (value, begun) => ({ ...value, begun: begun.filter((one) => one.id !== id) }));
  }

  /** What is stored, and what others are just making. */
  private async actualOr(begun: Ids['begun'], without: string): Promise<string[]> {
    const actual = new Set([...(await this.parts.actual()), ...begun.map(({ id }) => id)]);
    actual.delete(without);
    return [...actual];
  }

  private async change(to: (value: Ids, begun: Ids['begun'], at: string) => Promise<Ids>): Promise<void> {
    const { id, owner, now, actual } = this.parts;
    const at = now().toISOString();
    const since = new Date(now().getTime() - BEGUN_MS).toISOString();
    await this.stored.changeOrAdd(
      { id, lookup: null, owner, created_at: at, expires_at: null },
      async () => ({ ids: await actual(), begun: [] }),
      (value) =>
        to(
          value,
          value.begun.filter((one) => one.at > since),
          at,
        ),
    );
  }
}

async function anyOf(ids: readonly string[], counts: (id: string) => Promise<boolean>): Promise<boolean> {
  for (const id of ids) if (await counts(id)) return true;
  return false;
}
