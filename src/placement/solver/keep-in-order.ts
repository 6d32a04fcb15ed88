import type { Layout, Unit } from './problem.ts';

/** So many rules may lack room for extra clearance before the wish for more is given up. */
const MAX_TIGHT = 2;

export interface Kept {
  readonly kept: readonly Unit[];
  readonly dropped: readonly Unit[];
  /** Where all that is kept was found to hold; null when nothing could be kept. */
  readonly layout: Layout | null;
}

/** What of `units` can hold together, the first ones first; all of them together were tried in vain. */
export function keepInOrder(units: readonly Unit[], attempt: (set: readonly Unit[]) => Layout | null): Kept {
  let kept: Unit[] = [];
  let layout: Layout | null = null;
  const dropped: Unit[] = [];
  let tight = 0;
  let rest = units;
  while (rest.length > 0) {
    const found = longestPrefix(kept, rest, dropped.length > 0, attempt);
    kept = [...kept, ...rest.slice(0, found.length)];
    layout = found.layout ?? layout;
    const failing = rest[found.length];
    if (failing === undefined) break;
    dropped.push(failing);
    if (failing.level >= 2 && ++tight > MAX_TIGHT) break;
    rest = rest.slice(found.length + 1).filter((u) => u.ruleId !== failing.ruleId || u.level < failing.level);
  }
  return { kept, dropped, layout };
}

/** How many of `rest` can be kept in order, by bisection: more rules never make it easier. */
function longestPrefix(
  kept: readonly Unit[],
  rest: readonly Unit[],
  again: boolean,
  attempt: (set: readonly Unit[]) => Layout | null,
): { length: number; layout: Layout | null } {
  let low = 0;
  // With nothing kept yet, all of them were just tried.
  let high = rest.length + (kept.length === 0 && !again ? 0 : 1);
  let layout: Layout | null = null;
  while (high - low > 1) {
    const middle = low === 0 && high === rest.length + 1 ? rest.length : (low + high) >> 1;
    const found = attempt([...kept, ...rest.slice(0, middle)]);
    if (found === null) high = middle;
    else {
      low = middle;
      layout = found;
    }
  }
  return { length: low, layout };
}
