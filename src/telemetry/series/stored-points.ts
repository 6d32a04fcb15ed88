import { toAppError } from '../../errors.ts';
import type { Registry } from '../../ports/registry.ts';
import { StoredChunk, type Tier } from './chunks.ts';
import type { Point } from './point.ts';
import { listName, type StoredChunks } from './stored-chunks.ts';

const PAGE = 200;
/** Entries that are read for one answer; servers that are started very often write many. */
const MOST_ENTRIES = 2000;
const TOO_MANY = 'servers were started so often that not all of it was read';

export interface Found {
  readonly points: readonly Point[];
  /** Starts of servers that measured. */
  readonly servers: number;
  /** Why something is missing. */
  readonly missing: string | null;
}

interface Asked {
  readonly registry: Registry;
  readonly tier: Tier;
  /** Of whom; null: of nobody. */
  readonly owner: string | null;
  /** Seconds since 1970. */
  readonly from: number;
  /** What this start of this server has of it, written or not. */
  readonly own: { readonly run: string; readonly chunks: StoredChunks | null };
}

/** What all servers measured since then; where the store does not answer, what this one has of it. */
export async function storedPoints({ registry, tier, owner, from, own }: Asked): Promise<Found> {
  const mine = (own.chunks?.all() ?? []).filter(({ t }) => t >= from);
  const points: Point[] = [...mine];
  const runs = new Set<string>(mine.length > 0 ? [own.run] : []);
  const done = (missing: string | null): Found => ({ points, servers: runs.size, missing });
  try {
    let cursor: string | null = '';
    let seen = 0;
    while (cursor !== null) {
      const page = await registry.list('series', listName(tier, owner), { limit: PAGE, ...(cursor && { cursor }) });
      for (const { created_at, value } of page.items) {
        const begin = Date.parse(created_at) / 1000;
        if (begin + tier.chunkS <= from) return done(null);
        const chunk = StoredChunk.safeParse(value).data;
        // What is here is newer than what is written of it.
        if (chunk === undefined || (chunk.run === own.run && own.chunks?.has(begin))) continue;
        const within = chunk.points.filter(({ t }) => t >= from);
        if (within.length > 0) runs.add(chunk.run);
        points.push(...within);
      }
      seen += page.items.length;
      if (seen >= MOST_ENTRIES) return done(TOO_MANY);
      cursor = page.nextCursor;
    }
    return done(null);
  } catch (thrown) {
    return done(toAppError(thrown).message);
  }
}
