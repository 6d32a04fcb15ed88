import { GROUPS } from '../../contract/objects.ts';
import type { Condition } from '../../contract/rule.ts';
import { DEMANDS } from '../../placement/requirements/demands.ts';
import { OPERATOR_SPECS } from '../../rules/operators/catalogue.ts';
import { ANYTHING } from '../../rules/select.ts';
import { type ComparedRule, classesOf } from '../statement.ts';

/** More objects are not arranged: what rules about so many ask for is a matter of room, which only a real desk tells. */
export const MAX_OBJECTS = 12;

/**
 * The classes of the objects that the rules need on a desk: one of every class that they name, of every member of a group
 * (only those named, else the first, where there would be too many), and as many as counts and pairs of a kind need, with
 * `several` also two of what rules ask something of "when there are several". Null: too many.
 */
export function objectsFor(rules: readonly ComparedRule[], several = true): readonly string[] | null {
  const conditions = rules.flatMap((r) => r.conditions);
  const objects = counted(conditions, classesNamed(conditions, true), several);
  if (objects.length <= MAX_OBJECTS) return objects;
  const fewer = counted(conditions, classesNamed(conditions, false), several);
  return fewer.length <= MAX_OBJECTS ? fewer : null;
}

function classesNamed(conditions: readonly Condition[], whole: boolean): string[] {
  const selectors = conditions.flatMap((c) => [
    c.object1,
    ...(c.object2 === undefined ? [] : [c.object2]),
    ...(typeof c.when === 'object' ? [c.when.object_present] : []),
  ]);
  const named = new Set(selectors.filter((s) => !Object.hasOwn(GROUPS, s)).flatMap(classesOf));
  for (const selector of new Set(selectors)) {
    if (!Object.hasOwn(GROUPS, selector)) continue;
    const members = classesOf(selector);
    if (whole && selector !== ANYTHING) for (const name of members) named.add(name);
    else if (!members.some((name) => named.has(name))) named.add(members[0]!);
  }
  return [...named];
}

function counted(conditions: readonly Condition[], named: readonly string[], several: boolean): string[] {
  const counts = new Map(named.map((name) => [name, 1]));
  const of = (selector: string | undefined) => classesOf(selector).filter((name) => counts.has(name));
  const total = (selector: string | undefined) => of(selector).reduce((sum, name) => sum + counts.get(name)!, 0);
  const atLeast = (selector: string, least: number) => {
    const [first] = of(selector);
    const missing = least - total(selector);
    if (first !== undefined && missing > 0) counts.set(first, counts.get(first)! + Math.min(missing, MAX_OBJECTS + 1));
  };
  for (const c of conditions) {
    if (countsAtLeast(c)) atLeast(c.object1, c.value ?? 0);
    if (c.when === 'several' ? several : speaksOfTwoAlike(c)) atLeast(c.object1, 2);
  }
  for (const c of conditions) {
    // Nobody shares a coaster.
    if (DEMANDS[c.operator]?.stacks && c.object2 === 'coaster') atLeast(c.object2, total(c.object1));
  }
  for (const c of conditions) {
    if (!countsAtMost(c) || c.zone !== undefined || c.object2 !== undefined) continue;
    for (const name of of(c.object1).toReversed()) {
      const over = total(c.object1) - (c.value ?? 0);
      if (over > 0) counts.set(name, Math.max(0, counts.get(name)! - over));
    }
  }
  return [...counts].flatMap(([name, count]) => Array.from({ length: count }, () => name));
}

const countsTo = (bound: 'least' | 'most') => (c: Condition) =>
  OPERATOR_SPECS[c.operator].shape.value === 'count' && OPERATOR_SPECS[c.operator].bound === bound;
export const countsAtLeast = countsTo('least');
export const countsAtMost = countsTo('most');

/** A group, a row, or two of a kind and the distance between them. */
function speaksOfTwoAlike(c: Condition): boolean {
  const { shape, subject } = OPERATOR_SPECS[c.operator];
  if (shape.value !== 'mm') return false;
  return subject === 'set' ? c.object2 === undefined : c.object1 === c.object2;
}
