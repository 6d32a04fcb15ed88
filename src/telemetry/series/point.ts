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

/** Both in one; `t` is that of the first. */
export function joined(a: Point, b: Point): Point {
  const sums = { ...a.sums };
  for (const [key, value] of Object.entries(b.sums)) sums[key] = (sums[key] ?? 0) + value;
  const peaks = { ...a.peaks };
  for (const [key, value] of Object.entries(b.peaks)) peaks[key] = Math.max(peaks[key] ?? value, value);
  return { t: a.t, sums, peaks };
}

export const stepOf = (t: number, stepS: number): number => Math.floor(t / stepS) * stepS;
