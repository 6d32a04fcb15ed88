import type { RoutingEntry } from '../../contract/routing.ts';

/**
 * The table in which those of `fixed` have their weights, and all others what is left, in the proportion that they have now, else
 * had in `base`, else the first of `base`'s own kinds. Weight 0 is left out.
 */
export function withWeights(
  current: readonly RoutingEntry[],
  base: readonly RoutingEntry[],
  fixed: readonly RoutingEntry[],
  home: RoutingEntry,
): RoutingEntry[] {
  const isFixed = ({ id }: RoutingEntry) => fixed.some((one) => one.id === id);
  const left = 100 - sumOf(fixed);
  const others = current.filter((one) => !isFixed(one) && one.weight > 0);
  if (sumOf(others) === left) return tidy([...fixed, ...others]);
  const before = base.filter((one) => !isFixed(one) && one.weight > 0);
  const isSame = others.every(({ id }) => before.some((one) => one.id === id));
  const model = isSame && before.length > 0 ? before : others;
  return tidy([...fixed, ...(left === 0 ? [] : spread(model.length > 0 ? model : [{ ...home, weight: 1 }], left))]);
}

/** The weight of the new and of the old one when `percent` of `share` is handed over; both have some of what can be divided. */
export function dividedShare(share: number, percent: number): { readonly fresh: number; readonly old: number } {
  const exact = Math.round((share * percent) / 100);
  const fresh = percent === 0 || percent === 100 || share < 2 ? exact : Math.min(share - 1, Math.max(1, exact));
  return { fresh, old: share - fresh };
}

export function isSameTable(a: readonly RoutingEntry[], b: readonly RoutingEntry[]): boolean {
  const text = (all: readonly RoutingEntry[]) =>
    tidy(all)
      .map(({ id, weight }) => `${id} ${weight}`)
      .toSorted()
      .join();
  return text(a) === text(b);
}

/** Whole numbers in proportion to the weights: the largest remainders are rounded up. */
function spread(model: readonly RoutingEntry[], total: number): RoutingEntry[] {
  const sum = sumOf(model);
  const exact = model.map(({ weight }) => (weight / sum) * total);
  const whole = exact.map(Math.floor);
  const order = exact
    .map((value, at) => ({ at, rest: value - Math.floor(value) }))
    .toSorted((a, b) => b.rest - a.rest || a.at - b.at);
  const missing = total - whole.reduce((all, one) => all + one, 0);
  for (const { at } of order.slice(0, missing)) whole[at] = (whole[at] ?? 0) + 1;
  return model.map((one, at) => ({ ...one, weight: whole[at] ?? 0 }));
}

const sumOf = (all: readonly RoutingEntry[]) => all.reduce((sum, { weight }) => sum + weight, 0);
const tidy = (all: readonly RoutingEntry[]) => all.filter(({ weight }) => weight > 0);
