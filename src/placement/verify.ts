import type { Operator, Rule } from '../contract/rule.ts';
import type { VerdictKind, VerdictNumbers } from '../contract/verdict.ts';
import { OPERATOR_SPECS } from '../rules/operators/catalogue.ts';
import { verdictNumbers } from '../rules/visit-results.ts';
import { moveObject } from '../scene/move.ts';
import type { Point, Scene } from '../scene/types.ts';
import { DEMANDS } from './requirements/demands.ts';
import type { Move } from './types.ts';

export type Shift = { readonly objectId: string; readonly by: Point };
export type Change = Move['changes'][number];

/** What the rules say of the scene after some objects were moved. */
export interface Check {
  readonly scene: Scene;
  /** What they said before, and now, of all that may have changed. */
  readonly before: readonly VerdictNumbers[];
  readonly verdicts: readonly VerdictNumbers[];
  readonly pairs: readonly { readonly before: VerdictNumbers | null; readonly after: VerdictNumbers }[];
}

/** `about`: ids of at least the objects that move; what cannot change with them is left out. */
export function check(
  scene: Scene,
  rules: readonly Rule[],
  about: ReadonlySet<string>,
  shifts: readonly Shift[],
): Check {
  const moved = shifts.reduce((s, { objectId, by }) => moveObject(s, objectId, by), scene);
  const before = verdictNumbers(rules, scene, about);
  const verdicts = verdictNumbers(rules, moved, about);
  return { scene: moved, before, verdicts, pairs: matched(before, verdicts) };
}

/** Verdicts about the same statement and objects; where a rule may now name another surface or another set, its one before. */
function matched(before: readonly VerdictNumbers[], after: readonly VerdictNumbers[]): Check['pairs'] {
  const exact = new Map(before.map((v) => [keyOf(v), v]));
  const loose = new Map(before.map((v) => [looseKeyOf(v), v]));
  return after.map((v) => ({ before: exact.get(keyOf(v)) ?? loose.get(looseKeyOf(v)) ?? null, after: v }));
}

/** In the order told: "left of" speaks otherwise of a and b than of b and a. */
const keyOf = (v: VerdictNumbers) =>
  isSet(v) ? looseKeyOf(v) : `${v.rule_id} ${v.condition} ${JSON.stringify(v.objects)}`;

function looseKeyOf(v: VerdictNumbers): string {
  const about = isSet(v) ? [] : DEMANDS[v.operator as Operator]?.surfaces ? v.objects.slice(0, 1) : v.objects;
  return `${v.rule_id} ${v.condition} ${JSON.stringify(about)}`;
}

/** It speaks of all that its selector means at once: there is one finding, whatever it names. */
const isSet = ({ operator }: VerdictNumbers) => OPERATOR_SPECS[operator as Operator]?.subject === 'set';

const BADNESS: Readonly<Record<VerdictKind, number>> = { satisfied: 0, not_applicable: 0, uncertain: 1, violated: 2 };

export const gotWorse = (before: VerdictKind, after: VerdictKind) => BADNESS[after] > BADNESS[before];
export const gotBetter = (before: VerdictKind, after: VerdictKind) => BADNESS[after] < BADNESS[before];
export const isGood = (kind: VerdictKind) => BADNESS[kind] === 0;

/** Verdicts, as they are now, that are worse than before. */
export const worsened = ({ pairs }: Check): VerdictNumbers[] =>
  pairs.filter(({ before, after }) => gotWorse(before?.verdict ?? 'satisfied', after.verdict)).map((p) => p.after);

/** Verdicts, as they are now, of what is surely broken and was not so before. */
export const broken = ({ pairs }: Check): VerdictNumbers[] =>
  pairs
    .filter(({ before, after }) => after.verdict === 'violated' && before?.verdict !== 'violated')
    .map((p) => p.after);

/**
 * What the moves break without right: only a surely broken rule of a higher priority that they mend is worth breaking
 * another for.
 */
export function brokenInVain(result: Check, rules: readonly Rule[]): VerdictNumbers[] {
  const priorities = new Map(rules.map((r) => [r.rule_id, r.priority]));
  const priority = (v: VerdictNumbers) => priorities.get(v.rule_id) ?? 0;
  const mended = result.pairs.filter(
    ({ before, after }) => before?.verdict === 'violated' && gotBetter('violated', after.verdict),
  );
  const most = Math.max(0, ...mended.map(({ after }) => priority(after)));
  return broken(result).filter((v) => priority(v) >= most);
}

/** The worsened ones about objects that their rule did not speak of before. */
export function unforeseen(result: Check): VerdictNumbers[] {
  const known = new Set(result.before.map(keyOf));
  return worsened(result).filter((v) => !known.has(keyOf(v)));
}

export const harmless = (result: Check) => worsened(result).length === 0;

/** Counts change with no place, unless they are about a zone or about things that stand on something. */
export function dependsOnPlaces(v: VerdictNumbers, rule: Rule | undefined): boolean {
  const condition = rule?.conditions[v.condition];
  return v.unit !== 'count' || condition?.zone !== undefined || condition?.object2 !== undefined;
}

/** Verdicts about the object, as they were, that are better now: of a better kind, or missing clearly less. */
export function improved({ pairs }: Check, objectId: string): VerdictNumbers[] {
  return pairs.flatMap(({ before, after }) => {
    if (before === null || isGood(before.verdict) || !before.objects.includes(objectId)) return [];
    const nearer = before.verdict === after.verdict && missing(before) > missing(after) + 1;
    return gotBetter(before.verdict, after.verdict) || nearer ? [before] : [];
  });
}

/** Verdicts about the object, as they were, that were not good and are now. */
export const mended = ({ pairs }: Check, objectId: string): VerdictNumbers[] =>
  pairs.flatMap(({ before, after }) =>
    before !== null && !isGood(before.verdict) && isGood(after.verdict) && before.objects.includes(objectId)
      ? [before]
      : [],
  );

/** How much is missing, mm; 0 where nothing is or it is no length. */
function missing(v: VerdictNumbers): number {
  if (isGood(v.verdict) || v.unit !== 'mm' || v.measured === null || v.required === null) return 0;
  if (v.margin !== undefined && v.margin !== null) return Math.max(0, -v.margin);
  return v.verdict === 'violated' ? Math.abs(v.required - v.measured) : 0;
}

/** How bad a scene is, most urgent priority first: kinds of verdicts, then what is missing. For `compare`. */
export function standing(rules: readonly Rule[], verdicts: readonly VerdictNumbers[]): readonly number[] {
  const priorities = new Map(rules.map((r) => [r.rule_id, r.priority]));
  const sums = new Array<number>(22).fill(0);
  for (const v of verdicts) {
    const at = 10 - (priorities.get(v.rule_id) ?? 0);
    sums[2 * at]! += BADNESS[v.verdict];
    sums[2 * at + 1]! += Math.round(missing(v));
  }
  return sums;
}

/** Negative when `a` is better. */
export function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

export function changesOf({ pairs }: Check, objectId: string): Change[] {
  return pairs
    .filter(({ after }) => after.objects.includes(objectId))
    .filter(({ before, after }) => before !== null && before.verdict !== after.verdict)
    .map(({ before, after }) => ({
      ruleId: after.rule_id,
      objects: after.objects,
      before: before!.verdict,
      after: after.verdict,
    }));
}
