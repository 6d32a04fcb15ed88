export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Of all lines through two of the points the median slope (Theil and Sen), and between which nine in ten of them are. */
export function slopeOf(points: readonly Point[]): { slope: number; low: number; high: number } {
  const slopes = points
    .flatMap((a, i) => points.slice(i + 1).map((b) => (b.y - a.y) / (b.x - a.x)))
    .toSorted((a, b) => a - b);
  const at = (share: number) => slopes[Math.min(slopes.length - 1, Math.floor(share * slopes.length))] ?? Number.NaN;
  return { slope: at(0.5), low: at(0.05), high: at(0.95) };
}
