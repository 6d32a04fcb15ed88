import type { Arrangements, TogetherCheck } from '../../rules/conflicts/arrangements.ts';
import type { ComparedRule } from '../../rules/conflicts/statement.ts';
import { type Arranger, arrangerFor, LITTLE_WORK } from './arranger.ts';
import { connectedWith } from './connected.ts';
import { DESK } from './desk.ts';
import { MOST_THINGS, thingsFor } from './things.ts';

/**
 * Asks the solver whether rules can hold together on a common desk: typical things, one of every class that the rules
 * speak of, everything movable, nothing uncertain. What it finds was evaluated like any scene. That it finds nothing is a
 * proof only where it says so. Deterministic; work is counted, not timed.
 */
export function createReferenceDesk(): Arrangements {
  return { together, counterExample };
}

function together(rule: ComparedRule, others: readonly ComparedRule[]): TogetherCheck {
  const { rules, context } = connectedWith(rule, others);
  const things = thingsFor(rules);
  if (things === null) return { kind: 'unknown', reason: `the rules need more than ${MOST_THINGS} things` };
  if (things.length === 0) return { kind: 'unknown', reason: 'the rules leave nothing on the desk' };
  const arranger = arrangerFor(rules, things, context, attributesOf(rules));
  if (arranger === null) return { kind: 'unknown', reason: 'the things that the rules speak of do not fit on it' };
  return arranger.find(rules, 1) === null
    ? smallestSet(rule, rules.slice(1), arranger, context)
    : arranged(rules, arranger);
}

function arranged(rules: readonly ComparedRule[], arranger: Arranger): TogetherCheck {
  const arrangement = arranger.find(rules);
  if (arrangement === null) return { kind: 'unknown', reason: 'the search ended at its limit' };
  return { kind: 'arranged', ruleIds: rules.map((r) => r.rule_id), arrangement };
}

/**
 * Adds the others one by one until it cannot be done: the last one added is part of the set. Then again with it, from the
 * start, until nothing needs to be added. Arrangements that are found are cheap and searches in vain are not, so this
 * asks few questions of the second kind.
 */
function smallestSet(
  rule: ComparedRule,
  others: readonly ComparedRule[],
  arranger: Arranger,
  context: string | null,
): TogetherCheck {
  let rest: readonly ComparedRule[] = others;
  if (arranger.find(rest) === null) {
    // The others clash among themselves already: those that do not are kept, the most closely connected first.
    const kept: ComparedRule[] = [];
    for (const other of rest) if (arranger.find([...kept, other]) !== null) kept.push(other);
    rest = kept;
  }
  const needed: ComparedRule[] = [];
  while (arranger.find([rule, ...needed]) !== null) {
    const last = rest.findIndex((_, i) => arranger.find([rule, ...needed, ...rest.slice(0, i + 1)]) === null);
    if (last < 0) return arranged([rule, ...needed, ...rest], arranger);
    needed.push(rest[last]!);
    rest = rest.slice(0, last);
  }
  if (arranger.exhausted) return { kind: 'unknown', reason: 'the search ended at its limit' };
  const found = [rule, ...needed];
  let set = [rule, ...others].filter((r) => found.includes(r));
  // How many things there are may come from a rule that is no longer in the set.
  if (!set.some(counts) && holdAlone(set, context, arranger.things))
    set = [...set, ...others.filter((r) => counts(r) && !set.includes(r))];
  return {
    kind: 'not_arranged',
    ruleIds: set.map((r) => r.rule_id),
    proven: arranger.provesNone(set),
    width_mm: DESK.width,
    depth_mm: DESK.depth,
  };
}

const counts = (rule: ComparedRule) => rule.conditions.some((c) => c.operator === 'count_min');

/** With only the things that these rules speak of, if those are fewer than before. */
function holdAlone(rules: readonly ComparedRule[], context: string | null, before: number): boolean {
  const things = thingsFor(rules);
  if (things === null || things.length === 0 || things.length === before) return false;
  return arrangerFor(rules, things, context, attributesOf(rules))?.find(rules) != null;
}

function counterExample(weak: ComparedRule, strong: ComparedRule) {
  const rules = [weak, strong];
  const things = thingsFor(rules);
  if (things === null || things.length === 0) return null;
  const desk = arrangerFor(rules, things, strong.context, attributesOf([strong]), LITTLE_WORK);
  return desk?.findBreaking([weak], strong) ?? null;
}

const OPPOSITES: Readonly<Record<string, string>> = { hot: 'cold', cold: 'hot', full: 'empty', empty: 'full' };

/** What all things are, so that the rules apply: of two opposites what the first rule says. */
function attributesOf(rules: readonly ComparedRule[]): readonly string[] {
  const found: string[] = [];
  for (const { attribute } of rules.flatMap((r) => r.conditions)) {
    if (attribute !== undefined && !found.includes(OPPOSITES[attribute] ?? '') && !found.includes(attribute))
      found.push(attribute);
  }
  return found;
}
