/** Costs are counted in whole steps up to this. */
export const DEAREST = 127;

/**
 * The least cost of a way from any start to every cell, over sides of cells, within a mask; `DEAREST` where there is none that is
 * cheaper. `next`: the cost after a step from one cell to its neighbour, at least the one so far. Buckets in place of a heap (Dial).
 */
export function cheapestWays(
  mask: Uint8Array,
  columns: number,
  starts: readonly { readonly cell: number; readonly cost: number }[],
  next: (soFar: number, from: number, to: number) => number,
): Uint8Array {
  const cost = new Uint8Array(mask.length).fill(DEAREST);
  const buckets: number[][] = Array.from({ length: DEAREST }, () => []);
  const reach = (cell: number, price: number) => {
    const whole = Math.round(price);
    if (!(whole < cost[cell]!)) return;
    cost[cell] = whole;
    buckets[whole]!.push(cell);
  };
  for (const start of starts) reach(start.cell, start.cost);
  for (const [price, bucket] of buckets.entries()) {
    for (let at = bucket.pop(); at !== undefined; at = bucket.pop()) {
      if (cost[at] !== price) continue;
      const column = at % columns;
      if (column > 0 && mask[at - 1]) reach(at - 1, next(price, at, at - 1));
      if (column + 1 < columns && mask[at + 1]) reach(at + 1, next(price, at, at + 1));
      if (mask[at - columns]) reach(at - columns, next(price, at, at - columns));
      if (mask[at + columns]) reach(at + columns, next(price, at, at + columns));
    }
  }
  return cost;
}
