import type { Arrangements, TogetherCheck } from '../arrangements.ts';
import { meetInTime } from '../in-time.ts';
import type { ComparedRule } from '../statement.ts';
import { type Arranger, arrangerFor, LITTLE_WORK } from './arranger.ts';
import { connectedWith } from './connected.ts';
import { DESK } from './desk.ts';
import { countsAtLeast, MAX_OBJECTS, objectsFor } from './needed-objects.ts';

/**
 * Asks the solver whether rules can hold together on a common desk: typical objects, one of every class that the rules
 * speak of, everything movable, nothing uncertain. What it finds was evaluated like any scene. That it finds nothing is a
 * proof only where it says so. Deterministic; work is counted, not timed.
 */
export function createReferenceDesk(): Arrangements {
  return { together, counterExample };
}

function together(timed: ComparedRule, timedOthers: readonly ComparedRule[]): TogetherCheck {
  // While they are all in force; how long something may last is no matter of where things stand.
  const rule = untimed(timed);
  const others = timedOthers.filter((other) => meetInTime(timed, other) !== 'never').map(untimed);
  const { rules: near, context, left } = connectedWith(rule, others);
  // Where they need too many objects, the less connected half is not tried.
  let rules = near;
  let objects = objectsFor(rules);
  while (objects === null && rules.length > 1) {
    rules = rules.slice(0, rules.length >> 1);
    objects = objectsFor(rules);
  }
  if (objects === null) return { kind: 'unknown', reason: `it needs more than ${MAX_OBJECTS} objects` };
  if (objects.length === 0) return { kind: 'unknown', reason: 'the rules leave nothing on the desk' };
  const arranger = arrangerFor(rules, objects, context, attributesOf(rules));
  if (arranger === null) return { kind: 'unknown', reason: 'the objects that the rules speak of do not fit on it' };
  const total = near.length + left;
  if (arranger.find(rules, 1) !== null) return bestOf(rule, rules, arranger, total);
  const fewer = withoutSeveral(rules, context, objects.length);
  if (fewer !== null && fewer.find(rules) !== null) return bestOf(rule, rules, fewer, total);
  return smallestSet(rule, rules.slice(1), fewer ?? arranger, context, total);
}

const untimed = ({ timing: _, ...rule }: ComparedRule): ComparedRule => rule;

/** One of a kind where a rule only says what is to hold when there are several; null when that changes nothing. */
function withoutSeveral(rules: readonly ComparedRule[], context: string | null, before: number): Arranger | null {
  const objects = objectsFor(rules, false);
  if (objects === null || objects.length === 0 || objects.length === before) return null;
  return arrangerFor(rules, objects, context, attributesOf(rules));
}

function bestOf(rule: ComparedRule, rules: readonly ComparedRule[], arranger: Arranger, total: number): TogetherCheck {
  const best = arranger.best(rule);
  if (best === null) return { kind: 'unknown', reason: 'the search ended at its limit' };
  const untried = best.untried.get(rule.rule_id);
  if (untried !== undefined) return { kind: 'unknown', reason: untried };
  const ruleIds = rules.map((r) => r.rule_id).filter((id) => best.rules.has(id) && !best.untried.has(id));
  return { kind: 'arranged', ruleIds, arrangement: best.arrangement, left: total - ruleIds.length };
}

/** The smallest set that cannot be arranged because of the rule; others that clash without it are left out. */
function smallestSet(
  rule: ComparedRule,
  others: readonly ComparedRule[],
  arranger: Arranger,
  context: string | null,
  total: number,
): TogetherCheck {
  let rest = others;
  for (;;) {
    const needed = addUntilImpossible(rule, rest, arranger);
    const blameless = needed !== null && needed.length > 0 && arranger.find(needed) === null;
    if (needed === null || arranger.exhausted) return bestOf(rule, [rule, ...others], arranger, total);
    if (!blameless) return notArranged([rule, ...others.filter((r) => needed.includes(r))], others, arranger, context);
    rest = rest.filter((r) => r !== needed[0]);
  }
}

/**
 * Adds the others one by one until it cannot be done: the last one added is needed for the clash. Then again with it, from
 * the start, until nothing has to be added. Null: all can be added. Arrangements that are found are cheap and searches in
 * vain are not, so this asks few questions of the second kind.
 */
function addUntilImpossible(
  rule: ComparedRule,
  others: readonly ComparedRule[],
  arranger: Arranger,
): ComparedRule[] | null {
  const needed: ComparedRule[] = [];
  let rest = others;
  while (arranger.find([rule, ...needed]) !== null) {
    const last = rest.findIndex((_, i) => arranger.find([rule, ...needed, ...rest.slice(0, i + 1)]) === null);
    if (last < 0) return null;
    needed.push(rest[last]!);
    rest = rest.slice(0, last);
  }
  return needed;
}

function notArranged(
  found: readonly ComparedRule[],
  others: readonly ComparedRule[],
  arranger: Arranger,
  context: string | null,
): TogetherCheck {
  // How many objects there are may come from a rule that is not in the set.
  const missing = !found.some(counts) && holdAlone(found, context, arranger.objects);
  const set = missing ? [...found, ...others.filter((r) => counts(r) && !found.includes(r))] : found;
  return {
    kind: 'not_arranged',
    ruleIds: set.map((r) => r.rule_id),
    proven: arranger.provesNone(set),
    width_mm: DESK.width,
    depth_mm: DESK.depth,
  };
}

const counts = (rule: ComparedRule) => rule.conditions.some(countsAtLeast);

/** With only the objects that these rules speak of, if those are fewer than before. */
function holdAlone(rules: readonly ComparedRule[], context: string | null, before: number): boolean {
  const objects = objectsFor(rules);
  if (objects === null || objects.length === 0 || objects.length === before) return false;
  return arrangerFor(rules, objects, context, attributesOf(rules))?.find(rules) != null;
}

function counterExample(timedWeak: ComparedRule, timedStrong: ComparedRule) {
  const [weak, strong] = [untimed(timedWeak), untimed(timedStrong)];
  const rules = [weak, strong];
  const objects = objectsFor(rules);
  if (objects === null || objects.length === 0) return null;
  const desk = arrangerFor(rules, objects, strong.context, attributesOf([strong]), LITTLE_WORK);
  return desk?.findBreaking([weak], strong) ?? null;
}

const OPPOSITES: Readonly<Record<string, string>> = { hot: 'cold', cold: 'hot', full: 'empty', empty: 'full' };

/** What all objects are, so that the rules apply: of two opposites what the first rule says. */
function attributesOf(rules: readonly ComparedRule[]): readonly string[] {
  const found: string[] = [];
  for (const { attribute } of rules.flatMap((r) => r.conditions)) {
    if (attribute !== undefined && !found.includes(OPPOSITES[attribute] ?? '') && !found.includes(attribute))
      found.push(attribute);
  }
  return found;
}
