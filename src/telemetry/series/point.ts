import * as z from 'zod';

/** What was measured in one step, so that it can be put together with other steps and other servers. */
export const Point = z.object({
  /** Begin of the step, seconds since 1970. */
  t: z.int(),
  /** How often, and sums; what is not there is 0. */
  sums: z.record(z.string(), z.number()),
  /** The most of each. */
  peaks: z.record(z.string(), z.number()),
});
export type Point = z.infer<typeof Point>;

/** How much was not counted one by one, because there were too many of them. */
export const MISSED = 'missed';

/** Adds to one of `most` sums; what would be one more is missed. */
export function addTo(sums: Record<string, number>, key: string, more: number, most = Number.POSITIVE_INFINITY): void {
  const isOneMore = sums[key] === undefined && Object.keys(sums).length >= most;
  const kept = isOneMore ? MISSED : key;
  sums[kept] = (sums[kept] ?? 0) + more;
}

/** Both in one; `t` is that of the first. */
export function joined(a: Point, b: Point, mostSums?: number): Point {
  const sums = { ...a.sums };
  for (const [key, value] of Object.entries(b.sums)) addTo(sums, key, value, mostSums);
  const peaks = { ...a.peaks };
  for (const [key, value] of Object.entries(b.peaks)) peaks[key] = Math.max(peaks[key] ?? value, value);
  return { t: a.t, sums, peaks };
}

export const stepOf = (t: number, stepS: number): number => Math.floor(t / stepS) * stepS;
