import type { Condition, Operator } from '../../contract/rule.ts';
import type { NounPhrase, Selector } from './noun-phrase.ts';
import { ask, Refusal } from './refusal.ts';

export interface Meaning {
  readonly conditions: readonly Condition[];
  readonly assumptions: readonly string[];
}

/** "away from laptops or phones" keeps away from both; "on a coaster or a mat" leaves a choice that no operator has. */
const OR_MEANS_BOTH = new Set<Operator>(['min_distance', 'not_on', 'min_edge_distance']);
/** One thing cannot well be on two things: "on coasters and mats" is a choice in disguise. */
const ONE_PLACE = new Set<Operator>(['on', 'centered_on']);
/** Judged for every pair: one near object of several is not enough. */
const EVERY_PAIR = new Set<Operator>(['max_distance', 'left_of', 'right_of', 'in_front_of', 'behind']);
const SYMMETRIC = new Set<Operator>(['min_distance', 'max_distance']);

/** Every subject with every object of the target. */
export function pairs(
  subject: NounPhrase,
  target: NounPhrase,
  operator: Operator,
  extra: Partial<Condition> = {},
): Condition[] {
  refuseChoices(subject, target, operator);
  return subject.items.flatMap((a) => target.items.map((b) => pair(a, b, operator, extra, target)));
}

function refuseChoices(subject: NounPhrase, target: NounPhrase, operator: Operator): void {
  const both = OR_MEANS_BOTH.has(operator);
  if (target.join === 'or' && !both) throw ask('Either of them, or all of them?', [target.span]);
  if (subject.join === 'or' && !both) throw ask('Either of them, or all of them?', [subject.span]);
  if (target.choice && EVERY_PAIR.has(operator)) {
    throw ask('Of every one of them, or is one enough? Say "every" or "the".', [target.span]);
  }
  if (target.join === 'and' && ONE_PLACE.has(operator)) throw ask('On each of them, or on any of them?', [target.span]);
  if (target.other && !(subject.items.length === 1 && target.items.length === 1)) {
    throw ask('Which others are meant?', [target.span]);
  }
  if (subject.other) throw new Refusal('"other" belongs to the second object.', [subject.span]);
}

function pair(a: Selector, b: Selector, operator: Operator, extra: Partial<Condition>, target: NounPhrase): Condition {
  if (target.other && a.object !== b.object && b.object !== 'object') {
    throw new Refusal('"other" repeats the first object: "mugs … from other mugs".', [target.span]);
  }
  const [first, second] = order(a, b, operator, target);
  return {
    object1: first.object,
    object2: second.object,
    operator,
    ...extra,
    ...(first.attribute !== undefined && { attribute: first.attribute }),
  };
}

/** Conditions carry the attribute of their first object; a distance can be said from either side. */
function order(a: Selector, b: Selector, operator: Operator, target: NounPhrase): [Selector, Selector] {
  if (b.attribute === undefined) return [a, b];
  if (a.attribute === undefined && SYMMETRIC.has(operator)) return [b, a];
  throw new Refusal('Only one of the two objects can be told apart by what it is (hot, cold, full, empty).', [
    target.span,
  ]);
}
