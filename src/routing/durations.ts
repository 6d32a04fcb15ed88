/** Each class is this much wider than the one before: what is read back is right to 5 %. */
const GROWTH = 1.1;
/** Up to 1 ms, and from some 17 minutes on, all is one class. */
const MOST = 146;

/** How often each class of times was seen. */
export type Durations = Record<string, number>;

export function addDuration(to: Durations, ms: number): void {
  const name = String(Math.min(MOST, Math.max(0, Math.ceil(Math.log(Math.max(ms, 1)) / Math.log(GROWTH)))));
  to[name] = (to[name] ?? 0) + 1;
}

export function addDurations(to: Durations, more: Readonly<Durations>): void {
  for (const [name, count] of Object.entries(more)) to[name] = (to[name] ?? 0) + count;
}

/** The least class that so much of all lies in or below, by its middle, ms; null: there are none. */
export function quantile(of: Readonly<Durations>, share: number): number | null {
  const classes = Object.entries(of)
    .map(([name, count]) => ({ at: Number(name), count }))
    .sort((a, b) => a.at - b.at);
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  let before = 0;
  for (const { at, count } of classes) {
    before += count;
    if (before >= share * total) return Math.round((10 * 2 * GROWTH ** at) / (1 + GROWTH)) / 10;
  }
  return null;
}
