import type { Condition } from '../../contract/rule.ts';

/** Two demands of one sentence that no arrangement meets, in plain words; null when there are none. */
export function contradictionIn(conditions: readonly Condition[]): string | null {
  for (const [i, a] of conditions.entries()) {
    for (const b of conditions.slice(i + 1)) {
      const found = sameScope(a, b) ? between(a, b) : null;
      if (found !== null) return found;
    }
  }
  return null;
}

function sameScope(a: Condition, b: Condition): boolean {
  const scope = (c: Condition) => JSON.stringify([[c.object1, c.object2].sort(), c.attribute, c.when, c.reference]);
  return scope(a) === scope(b);
}

const OPPOSITE: readonly (readonly [Condition['operator'], Condition['operator']])[] = [
  ['on', 'not_on'],
  ['centered_on', 'not_on'],
];
const SIDES: readonly (readonly [Condition['operator'], Condition['operator']])[] = [
  ['left_of', 'right_of'],
  ['in_front_of', 'behind'],
];

function between(a: Condition, b: Condition): string | null {
  const has = (x: Condition['operator'], y: Condition['operator']) =>
    a.operator === x && b.operator === y
      ? ([a, b] as const)
      : b.operator === x && a.operator === y
        ? ([b, a] as const)
        : null;
  const distance = has('min_distance', 'max_distance');
  if (distance && distance[0].value! >= distance[1].value!) return 'The least distance is larger than the greatest.';
  const gap = has('min_distance', 'grouped');
  if (gap && gap[0].value! >= gap[1].value!) return 'The least distance is larger than the greatest gap.';
  const count = has('count_min', 'count_max');
  if (count && count[0].value! > count[1].value!) return 'The least number is larger than the greatest.';
  if (OPPOSITE.some(([x, y]) => has(x, y) && a.object1 === b.object1))
    return 'A thing cannot be on another and not on it.';
  const same = a.object1 === b.object1;
  if (
    SIDES.some(([x, y]) => (same ? has(x, y) : a.operator === b.operator && (a.operator === x || a.operator === y)))
  ) {
    return 'A thing cannot be on both sides of another.';
  }
  return null;
}
