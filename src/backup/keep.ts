import type { Manifest } from './manifest.ts';

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

/** Ids of those that may go. The newest one never does. */
export function notKept(backups: readonly Pick<Manifest, 'id' | 'created_at'>[], keep: Keep): string[] {
  const newestFirst = backups.toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1));
  const kept = new Set(newestFirst.slice(0, Math.max(1, keep.last)).map(({ id }) => id));
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
