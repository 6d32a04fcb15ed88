import { nounOf } from '../../contract/objects.ts';
import type { Condition, Operator } from '../../contract/rule.ts';
import { otherHalf } from '../../rules/halves.ts';
import { OPERATOR_SPECS } from '../../rules/operators/catalogue.ts';
import { canonicalSentence } from './canonical.ts';
import { conditionProblem } from './check.ts';
import { DEFAULTS } from './defaults.ts';
import { distanceConditions, vagueConditions } from './distance-meaning.ts';
import type { WhenPhrase } from './modifiers.ts';
import type { NounPhrase, Selector } from './noun-phrase.ts';
import { type Meaning, pairs } from './pairs.ts';
import type { Predicate, Target } from './predicate-types.ts';
import { ask, Refusal } from './refusal.ts';
import type { CountStatement, RelationStatement, Statement } from './statement.ts';

/** What a statement demands, as conditions; refuses what no operator can express. */
export function meaningOf(statement: Statement, when: WhenPhrase | null): Meaning {
  const meaning = statement.form === 'count' ? countMeaning(statement) : relationMeaning(statement);
  const subject = statement.subject;
  if (when?.kind === 'attribute') refuseUnclearPronoun(statement, when.plural, when.span);
  const conditions = meaning.conditions
    .map((c) => (subject.several ? { ...c, when: 'several' as const } : c))
    .map((c) => (when === null ? c : withWhen(c, when)));
  for (const c of conditions) {
    const problem = conditionProblem(c);
    if (problem !== null)
      throw new Refusal(`${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`, [spanOf(statement)]);
  }
  return {
    conditions,
    assumptions: [...subject.assumptions, ...(targetOf(statement)?.assumptions ?? []), ...meaning.assumptions],
  };
}

/** "when they are hot": the subject must be the only one that "they" can stand for. */
function refuseUnclearPronoun(s: Statement, plural: boolean, span: readonly [number, number]): void {
  const target = targetOf(s);
  if (s.subject.plural !== plural || (target !== null && target.plural === plural)) {
    throw ask('Which of them is meant? Please name it.', [span]);
  }
}

function targetOf(s: Statement): NounPhrase | null {
  return s.form === 'relation' && 'target' in s.predicate ? s.predicate.target.objects : null;
}

function spanOf(s: Statement): readonly [number, number] {
  return s.form === 'count' ? s.subject.span : [s.subject.span[0], Math.max(s.predicate.span[1], s.subject.span[1])];
}

function relationMeaning(s: RelationStatement): Meaning {
  const meaning = relationConditions(s);
  // "All mugs must not …" is said for "no mug may …"; "not all" is no rule at all.
  const all = s.negated && s.allNot === true ? ['"all … not" was read as none of them'] : [];
  return { ...meaning, assumptions: [...all, ...meaning.assumptions] };
}

function relationConditions(s: RelationStatement): Meaning {
  const span = spanOf(s);
  if (s.subject.none && s.negated) {
    throw ask('Two negations: is the thing forbidden, or demanded?', [span]);
  }
  const outer = s.subject.none !== s.negated;
  if (s.permission && !outer && !s.predicate.only)
    throw new Refusal('A permission is not a rule; say "must" or "must not".', [span]);
  const negated = outer !== s.predicate.not;
  const p = s.predicate;
  refuseLostWords(s, outer, span);
  refuseOneOfMany(s, outer);
  switch (p.kind) {
    case 'distance':
      if (s.moving && p.bounds.every((b) => b.comparison === null)) {
        throw ask('Is that how far to move, or how far to be away? Say "keep … at least …".', [span]);
      }
      refuseUnclearWish(s, outer, p.bounds.some((b) => b.comparison?.flips) && !p.range);
      if (outer && p.not) throw ask('Two negations: please say it without them.', [span]);
      return distanceConditions(s.subject, p, negated);
    case 'vague':
      if (isClearTable(s) && !negated) return noneMeaning(objectsOf(p.target.objects, span));
      refuseUnclearWish(s, outer, p.word === 'near' || p.word === 'too_near' || p.word === 'touching');
      return vagueConditions(s.subject, p, negated);
    case 'without':
      refuseUnclearWish(s, outer, true);
      return onMeaning(s, onTarget(s, p.target, negated), negated, outer, span);
    case 'on':
      return onMeaning(s, onTarget(s, p.target, negated), negated, outer, span);
    case 'free':
      refuseNegated(negated, span, 'free of');
      if (s.subject.items.every((i) => i.object === 'table')) return noneMeaning(objectsOf(p.target.objects, span));
      return swapped(s, p.target.objects, 'not_on');
    case 'under':
      refuseNegated(negated, span, 'under');
      return underMeaning(s, p.target.objects, span);
    case 'centered':
      refuseNegated(negated, span, 'centered');
      return { conditions: pairs(s.subject, supportOf(p.target.objects, span), 'centered_on'), assumptions: [] };
    case 'side':
      if (negated) throw ask('"Not on that side" leaves open where it should be; which side should it be on?', [span]);
      return { conditions: sideConditions(s.subject, objectsOf(p.target.objects, span), p.operator), assumptions: [] };
    case 'within':
      return withinMeaning(s, p, { negated, outer, span });
    case 'grouped':
    case 'aligned':
      refuseNegated(negated, span, p.kind);
      return gatherMeaning(s.subject, p.kind, p.mm, p.said);
  }
}

type Within = Extract<Predicate, { kind: 'within' }>;

/** Inside all zones. Outside a half is inside the other one; no operator says outside of anything else. */
function withinMeaning(
  s: RelationStatement,
  p: Within,
  { negated, outer, span }: { negated: boolean; outer: boolean; span: readonly [number, number] },
): Meaning {
  if (p.off === true && (outer || p.not === (p.off !== true)) && !s.subject.none) {
    throw ask('Two negations: should it be there, or only be allowed there?', [span]);
  }
  if (p.part && s.verbless && !outer) throw ask(WANTED_OR_NOT, [span]);
  const inside = (zones: readonly string[]): Condition[] =>
    zones.flatMap(
      (zone) => each(s.subject, negated ? 'no' : 'or', (o) => ({ ...o, operator: 'within', zone })).conditions,
    );
  if (!negated) {
    if (s.subject.join === 'or') throw ask('Either of them, or both?', [s.subject.span]);
    return { conditions: inside(p.zones), assumptions: p.part || p.named ? [readAs(p.said, p.zones)] : [] };
  }
  const others = p.zones.map(otherHalf).filter((zone) => zone !== null);
  const [other] = others;
  if (p.part && p.zones.length === 1 && other !== undefined) {
    return { conditions: inside([other]), assumptions: [`${p.off === true ? '' : 'not '}${readAs(p.said, [other])}`] };
  }
  throw new Refusal('No operator forbids a zone; say in which zone it should be.', [span], {
    instead: others.map((zone) => canonicalSentence(inside([zone]))),
  });
}

const readAs = (said: string, zones: readonly string[]) =>
  `"${said}" was read as inside ${zones.map((zone) => `zone "${zone}"`).join(' and ')}`;

/** Words of the objects and of the relation that no condition below would carry. */
function refuseLostWords(s: RelationStatement, outer: boolean, span: readonly [number, number]): void {
  const p = s.predicate;
  const target = targetOf(s);
  if (target?.none || target?.several) throw new Refusal('"no" and "several" belong to what is placed.', [target.span]);
  if (target?.loose) {
    throw ask('What does the part after the comma go with: what is placed, or where? Please leave out the comma.', [
      target.span,
    ]);
  }
  const gathers = p.kind === 'grouped' || p.kind === 'aligned' || ('target' in p && p.target.eachOther);
  if (s.subject.several && !gathers) {
    throw ask('All of them when there are several, or only some of them?', [s.subject.span]);
  }
  refuseOther(s.subject);
  if (p.only && outer) throw ask('Is it forbidden there, or allowed elsewhere too?', [span]);
  const explicit = p.not !== (p.off === true);
  if (outer && explicit && p.kind !== 'distance') {
    throw ask('Two negations: is the thing forbidden, or demanded?', [span]);
  }
  // "Never off its coaster" is on it; "do not keep mugs off the laptop" may only lift a ban.
  const support = target?.items.every((i) => i.object === 'coaster' || i.object === 'desk_mat');
  if (p.kind === 'on' && p.off === true && (outer || explicit) && !support) {
    throw ask('Should it stand there, or may it? Say "must be on" or "must not be on".', [span]);
  }
}

/** "Put a bottle near the laptop" asks for one bottle; least distances and bans hold for all. */
function refuseOneOfMany(s: RelationStatement, outer: boolean): void {
  const p = s.predicate;
  const all =
    outer || p.not || p.kind === 'under' || (p.kind === 'vague' && p.word !== 'near' && p.word !== 'touching');
  const least = p.kind === 'distance' && p.bounds.every((b) => b.comparison?.bound !== 'max');
  const one = (s.some && !all && !least) || (s.exists && !outer && p.kind !== 'under');
  if (one) throw ask('Every one of them, or one of them? Say "every" or "the".', [s.subject.span]);
}

/** Of a clause without a verb: either answer may be meant. */
export const WANTED_OR_NOT = 'Is that what you want, or what you want to avoid?';

/** "Mugs near laptops" without a verb can be a wish or a complaint. */
function refuseUnclearWish(s: RelationStatement, outer: boolean, closeness: boolean): void {
  if (s.verbless && !outer && closeness) throw ask(WANTED_OR_NOT, [spanOf(s)]);
}

function refuseNegated(negated: boolean, span: readonly [number, number], what: string): void {
  if (negated) throw new Refusal(`No operator forbids "${what}"; say what you want instead.`, [span]);
}

/** "Keep the desk clear of mugs": free of them, not away from them. */
function isClearTable({ subject, predicate }: RelationStatement): boolean {
  const clear = predicate.kind === 'vague' && /^clear\b/i.test(predicate.said);
  return clear && subject.items.every((i) => i.object === 'table');
}

/** "The desk must be free of mugs." */
function noneMeaning(objects: NounPhrase): Meaning {
  return countMeaning({ form: 'count', subject: { ...objects, none: false }, min: null, max: 0, assumption: null });
}

function objectsOf(np: NounPhrase | null, span: readonly [number, number]): NounPhrase {
  if (np === null) throw new Refusal('This relation needs an object.', [span]);
  return np;
}

/** "not on each other" */
function onTarget(s: RelationStatement, target: Target, negated: boolean): NounPhrase | null {
  return target.eachOther && negated && s.subject.items.length === 1 ? { ...s.subject, choice: false } : target.objects;
}

function onMeaning(
  s: RelationStatement,
  target: NounPhrase | null,
  negated: boolean,
  outer: boolean,
  span: readonly [number, number],
): Meaning {
  const objects = negated ? objectsOf(target, span) : supportOf(target, span);
  if (negated && s.predicate.off !== true && isUniversal(objects)) {
    throw ask('On none of them, or not on all of them? Say "a" or "any".', [objects.span]);
  }
  if (objects.items.some((i) => i.object === 'table')) {
    throw new Refusal('Everything in the image is on the table.', [objects.span]);
  }
  const support = objects.items.every((i) => i.object === 'coaster' || i.object === 'desk_mat');
  if (s.verbless && !outer && !negated && !support) throw ask(WANTED_OR_NOT, [span]);
  return { conditions: pairs(s.subject, objects, negated ? 'not_on' : 'on'), assumptions: [] };
}

/** "every", "all", "each": not the "any" that may be one of them. */
const isUniversal = (np: NounPhrase): boolean => np.every && !np.choice && !np.other && !np.none;

/** What things stand on. "Mugs on every coaster" speaks of the coasters; `on` only of the mugs. */
function supportOf(target: NounPhrase | null, span: readonly [number, number]): NounPhrase {
  const objects = objectsOf(target, span);
  if (isUniversal(objects)) {
    throw ask('Should one stand on every one of them, or each thing on one? Rules can only say the second: "on a …".', [
      objects.span,
    ]);
  }
  return objects;
}

/** "Put a coaster under every mug": the coasters are any, the mugs are all. "Every coaster under a mug" is not that. */
function underMeaning(s: RelationStatement, target: NounPhrase | null, span: readonly [number, number]): Meaning {
  if (!s.subject.items.every((i) => i.object === 'coaster' || i.object === 'desk_mat')) {
    throw new Refusal('Only a coaster or a desk mat can be put under something.', [span]);
  }
  if (isUniversal(s.subject) || (s.declared && !s.subject.article)) {
    const support = nounOf(s.subject.items[0]!.object).one;
    throw ask(
      `Should every ${support} be used, or something have one under it? Rules can only say the second: "on a ${support}".`,
      [s.subject.span],
    );
  }
  if (!s.declared && target?.article) {
    throw ask('Under every one of them, or one of them? Say "every" or "the".', [target.span]);
  }
  return swapped(s, target, 'on');
}

function swapped(s: RelationStatement, target: NounPhrase | null, operator: Operator): Meaning {
  const subject = { ...s.subject, none: false, several: false };
  return { conditions: pairs(objectsOf(target, spanOf(s)), subject, operator), assumptions: [] };
}

/** An attribute belongs to the first object of a condition: "laptop left of hot mugs" is "hot mugs right of laptop". */
function sideConditions(subject: NounPhrase, target: NounPhrase, operator: Operator): Condition[] {
  const flip = target.items.some((i) => i.attribute !== undefined);
  return flip ? pairs(target, subject, OPERATOR_SPECS[operator].mirror ?? operator) : pairs(subject, target, operator);
}

function each(subject: NounPhrase, or: 'or' | 'no', build: (o: { object1: string }) => Condition): Meaning {
  if (subject.join === 'or' && or === 'or') throw ask('Either of them, or both?', [subject.span]);
  return {
    conditions: subject.items.map((i) => withAttribute(build({ object1: i.object }), i)),
    assumptions: [],
  };
}

function withAttribute(c: Condition, i: Selector): Condition {
  return i.attribute === undefined ? c : { ...c, attribute: i.attribute };
}

function gatherMeaning(subject: NounPhrase, operator: 'grouped' | 'aligned', mm: number | null, said: string): Meaning {
  if (subject.items.length > 1) {
    throw ask('Is each kind gathered on its own, or all of them together?', [subject.span]);
  }
  refuseOther(subject);
  const value = mm ?? (operator === 'grouped' ? DEFAULTS.group : DEFAULTS.align);
  const meaning = each(subject, 'no', (o) => ({ ...o, operator, value, unit: 'mm' }));
  const words = operator === 'grouped' ? 'gaps of at most' : 'a tolerance of';
  return { ...meaning, assumptions: mm === null ? [`"${said}" was read with ${words} ${value} mm`] : [] };
}

function refuseOther(subject: NounPhrase): void {
  if (subject.other) throw new Refusal('"other" belongs to the second object.', [subject.span]);
}

function countMeaning(s: CountStatement): Meaning {
  refuseOther(s.subject);
  if (s.subject.items.length > 1) {
    throw ask('Is that the number of each kind, or of all together?', [s.subject.span]);
  }
  const bound = (operator: Operator, value: number | null): Condition[] =>
    value === null
      ? []
      : s.subject.items.map((i) => withAttribute({ object1: i.object, operator, value, unit: 'count' }, i));
  return {
    conditions: [...bound('count_min', s.min), ...bound('count_max', s.max)],
    assumptions: s.assumption === null ? [] : [s.assumption],
  };
}

function withWhen(c: Condition, when: WhenPhrase): Condition {
  const span = when.span;
  if (when.kind === 'attribute') {
    if (c.attribute !== undefined && c.attribute !== when.attribute) throw new Refusal('Two attributes.', [span]);
    return { ...c, attribute: when.attribute };
  }
  if (c.when !== undefined) throw new Refusal('A rule has one condition for when it applies.', [span]);
  if (when.kind === 'available') {
    if (c.object2 === undefined || c.object2 === 'table') throw ask('When what is available?', [span]);
    return { ...c, when: 'available' };
  }
  const item = when.objects.items[0]!;
  if (when.kind === 'several') {
    if (item.object !== c.object1 || item.attribute !== c.attribute) {
      throw new Refusal('"several" must speak of the same objects as the rule.', [span]);
    }
    return { ...c, when: 'several' };
  }
  if (item.attribute !== undefined) throw new Refusal('Only the presence of an object can be a condition.', [span]);
  if (item.object === 'table') throw new Refusal('The table is always there.', [span]);
  if (when.kind === 'object_available' && item.object === c.object2) return { ...c, when: 'available' };
  return { ...c, when: { object_present: item.object } };
}
