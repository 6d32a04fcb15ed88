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

/** Adds to one of `most` sums each; what would be one more is missed. */
export function addTo(
  sums: Record<string, number>,
  more: Iterable<readonly [key: string, more: number]>,
  most = Number.POSITIVE_INFINITY,
): void {
  let size = Object.keys(sums).length;
  for (const [key, value] of more) {
    const kept = sums[key] === undefined && size >= most ? MISSED : key;
    if (sums[kept] === undefined) size += 1;
    sums[kept] = (sums[kept] ?? 0) + value;
  }
}

/** Both in one; `t` is that of the first. */
export function joined(a: Point, b: Point, mostSums?: number): Point {
  const sums = { ...a.sums };
  addTo(sums, Object.entries(b.sums), mostSums);
  const peaks = { ...a.peaks };
  for (const [key, value] of Object.entries(b.peaks)) peaks[key] = Math.max(peaks[key] ?? value, value);
  return { t: a.t, sums, peaks };
}

export const stepOf = (t: number, stepS: number): number => Math.floor(t / stepS) * stepS;
