import { type Manifest, timeOfBackup } from './manifest.ts';

/** How many are kept: the newest ones, and the last of each of so many days and weeks that have one. */
export interface Keep {
  readonly last: number;
  readonly daily: number;
  readonly weekly: number;
}

const DAY_MS = 86_400_000;
/** 1 January 1970 was a Thursday: weeks begin on Monday, in UTC. */
const MONDAY = 3;

const dayOf = (at: number): number => Math.floor(at / DAY_MS);
const weekOf = (at: number): number => Math.floor((dayOf(at) + MONDAY) / 7);

/** So far may the clocks of two machines be apart, ms. */
const CLOCKS_MS = 10 * 60_000;

/** Of a time that has not come: whoever made it had a clock that ran ahead, or this machine's is behind. */
export const isAhead = (at: Date, now: Date): boolean => at.getTime() - now.getTime() > CLOCKS_MS;

export interface Newest {
  readonly newest: string | null;
  /** Ids of those whose time has not come, oldest first: which is the newest of them nobody knows. */
  readonly ahead: readonly string[];
}

/** `ids`: oldest first. */
export function newestOf(ids: readonly string[], now: Date): Newest {
  const ahead = ids.filter((id) => isAhead(timeOfBackup(id), now));
  return { newest: ids.filter((id) => !ahead.includes(id)).at(-1) ?? null, ahead };
}

interface Moment {
  readonly now: Date;
  /** That was just made. */
  readonly made?: string | undefined;
}

/** Ids of those that may go. The newest one never does, nor what was just made; those of a time that has not come stand aside. */
export function notKept(
  backups: readonly Pick<Manifest, 'id' | 'created_at'>[],
  keep: Keep,
  { now, made }: Moment,
): string[] {
  const come = backups.filter(({ created_at }) => !isAhead(new Date(created_at), now));
  const newestFirst = come.toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1));
  const kept = new Set(newestFirst.slice(0, Math.max(1, keep.last)).map(({ id }) => id));
  if (made !== undefined) kept.add(made);
  for (const [periodOf, count] of [
    [dayOf, keep.daily],
    [weekOf, keep.weekly],
  ] as const) {
    const periods = new Set<number>();
    for (const { id, created_at } of newestFirst) {
      const period = periodOf(Date.parse(created_at));
      if (periods.has(period)) continue;
      if (periods.size === count) break;
      periods.add(period);
      kept.add(id);
    }
  }
  return newestFirst.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
}
