import { CLASSES } from '../contract/detection.ts';
import { membersOf, NOUNS } from '../contract/objects.ts';
import type { Condition, Rule } from '../contract/rule.ts';
import { ANYTHING, FLAT_SURFACES, normalSelector, wordFor } from '../rules/select.ts';

/** What conflict search needs of a rule. */
export type ComparedRule = Pick<Rule, 'rule_id' | 'conditions' | 'context' | 'priority' | 'canonical' | 'timing'>;

/** The classes that a selector may mean. The table is never an object of a pair. */
export function classesOf(selector: string | undefined): readonly string[] {
  if (selector === undefined) return [];
  return KNOWN.get(selector) ?? membersOf(normalSelector(selector)).filter((name) => name !== 'table');
}

const KNOWN: ReadonlyMap<string, readonly string[]> = new Map(
  Object.keys(NOUNS).map((name) => [name, membersOf(name).filter((member) => member !== 'table')]),
);

const DESK_OBJECTS: readonly string[] = CLASSES.filter((name) => name !== 'table');

/**
 * As `classesOf`, but of any object only our own classes: every class of COCO with every other one would be thousands of
 * steps for one condition. Fewer proofs, and none that is wrong.
 */
export const nodesOf = (selector: string | undefined): readonly string[] =>
  selector === ANYTHING ? DESK_OBJECTS : classesOf(selector);

const SETS = new Map<readonly string[], ReadonlySet<string>>(
  [...KNOWN.values()].map((names) => [names, new Set(names)]),
);
const setOf = (names: readonly string[]): ReadonlySet<string> => SETS.get(names) ?? new Set(names);

function shared(a: string | undefined, b: string | undefined): readonly string[] {
  const other = setOf(classesOf(b));
  return classesOf(a).filter((name) => other.has(name));
}

/** A class that both selectors may mean. */
export const common = (a: string | undefined, b: string | undefined): string | undefined => shared(a, b)[0];

/** Every class of `inner` is one of `outer`. */
export function covers(outer: string | undefined, inner: string | undefined): boolean {
  const all = setOf(classesOf(outer));
  const some = classesOf(inner);
  return some.length > 0 && some.every((name) => all.has(name));
}

const OPPOSITES: Readonly<Record<string, string>> = { hot: 'cold', cold: 'hot', full: 'empty', empty: 'full' };

/** Two rules that can apply to one image, and two conditions that can speak of one object. */
export function canMeet(r: ComparedRule, c: Condition, s: ComparedRule, d: Condition): boolean {
  const sameContext = r.context === null || s.context === null || contextKey(r.context) === contextKey(s.context);
  const opposite = c.attribute !== undefined && OPPOSITES[c.attribute] === d.attribute;
  return sameContext && !opposite;
}

export const contextKey = (context: string) => context.trim().toLowerCase();
export const zoneKey = (zone: string | undefined) =>
  (zone ?? '')
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');

/** A rule that speaks of any object lets objects stand on coasters and mats, so it does not bind those pairs. */
export const sparesSurfaces = (c: Condition) => c.object1 === ANYTHING || c.object2 === ANYTHING;

/** Whether a minimum distance really binds every pair that another condition speaks of. */
export function bindsAll(least: Condition, other: Condition): boolean {
  if (!sparesSurfaces(least) || sparesSurfaces(other)) return true;
  return ![...classesOf(other.object1), ...classesOf(other.object2)].some((name) => FLAT_SURFACES.has(name));
}

/** Two classes whose distance both conditions bound, the first being a minimum. */
export function boundPair(least: Condition, most: Condition): readonly [string, string] | null {
  const binds = (name: string) => !(sparesSurfaces(least) && FLAT_SURFACES.has(name));
  const inOrder = (x: string | undefined, y: string | undefined) => {
    const first = shared(least.object1, x).find(binds);
    const second = shared(least.object2, y).find(binds);
    return first !== undefined && second !== undefined ? ([first, second] as const) : null;
  };
  return inOrder(most.object1, most.object2) ?? inOrder(most.object2, most.object1);
}

/** "a mug and a laptop", "two mugs". */
export function pairWords([a, b]: readonly [string, string]): string {
  return a === b ? `two ${wordFor(a, true)}` : `${withArticle(a)} and ${withArticle(b)}`;
}

export function withArticle(selector: string): string {
  const word = wordFor(selector);
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
}

/** A condition that bounds the distance of every pair from above. */
export const asUpperBound = (c: Condition): Condition | null => (c.operator === 'max_distance' ? c : null);

/** A group as if all of its pairs had to be so near, which is more than it asks for. */
export const asPairs = (c: Condition): Condition => ({
  ...c,
  operator: 'max_distance',
  object2: c.object2 ?? c.object1,
  reference: 'edge',
});
