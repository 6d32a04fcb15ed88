import type { Condition, Conflict } from '../contract/rule.ts';
import { MAX_DISTANCE, MIN_DISTANCE } from '../language/grammar/defaults.ts';
import { MAX_SENTENCE, quotedText } from '../plain-text.ts';
import { contradiction } from './contradiction.ts';
import { ruleImplied } from './implied.ts';
import { asUpperBound, type ComparedRule } from './statement.ts';

export const RESOLUTIONS = ['priority', 'combine', 'user'] as const;
export type ResolutionStrategy = (typeof RESOLUTIONS)[number];

/** What to do about a conflict. A proposal: nothing is changed here. */
export interface Resolution {
  readonly strategy: ResolutionStrategy;
  /** Rules to switch off. */
  readonly disable: readonly string[];
  /** Rules whose conditions would be these. */
  readonly change: readonly { readonly rule_id: string; readonly conditions: readonly Condition[] }[];
  /** What only a person can decide; null when the proposal is complete. */
  readonly question: string | null;
  readonly explanation: string;
}

/**
 * `priority`: the less urgent rule yields. `combine`: of two rules that ask for the same only the stricter stays; of two
 * distances that exclude each other the less urgent one is relaxed to what the other allows. `user`: always ask. Where a strategy
 * has no answer, it asks.
 */
export function resolve(conflict: Conflict, rules: readonly ComparedRule[], strategy: ResolutionStrategy): Resolution {
  const involved = conflict.rule_ids
    .map((id) => rules.find((rule) => rule.rule_id === id))
    .filter((rule) => rule !== undefined);
  if (strategy === 'user' || involved.length < conflict.rule_ids.length) return ask(conflict, strategy);
  if (conflict.kind === 'impossible') return ask(conflict, strategy);
  const ranked = involved.toSorted((a, b) => b.priority - a.priority);
  const least = ranked.at(-1)!;
  const tied = ranked.at(-2)?.priority === least.priority;
  if (conflict.kind === 'subsumed' && involved.length === 2) return keepStricter(strategy, ranked[0]!, ranked[1]!);
  if (strategy === 'priority') {
    if (tied) return ask(conflict, strategy);
    return done(strategy, { disable: [least.rule_id] }, 'the least urgent of the rules yields');
  }
  const relaxed = tied || involved.length !== 2 ? null : relax(least, ranked[0]!);
  return relaxed === null
    ? ask(conflict, strategy)
    : done(
        strategy,
        { change: [{ rule_id: least.rule_id, conditions: relaxed }] },
        'the less urgent distance is relaxed',
      );
}

/** Of two rules with equal content the more urgent stays; otherwise the one that asks for more. */
function keepStricter(strategy: ResolutionStrategy, urgent: ComparedRule, other: ComparedRule): Resolution {
  if (ruleImplied(other, urgent)) {
    return done(strategy, { disable: [other.rule_id] }, 'the other rule already asks for all that it does');
  }
  if (strategy === 'combine' || urgent.priority === other.priority) {
    return done(strategy, { disable: [urgent.rule_id] }, 'the other rule already asks for all that it does');
  }
  return done(strategy, {}, 'both may stay: the weaker rule is the more urgent one');
}

/**
 * Left between a relaxed distance and the firm one, mm: if both were the same, one exact distance alone would do, and none
 * that is measured surely does.
 */
export const ROOM = 50;

/** The conditions of `yielding` with every distance moved to what `firm` allows; null when that does not help. */
function relax(yielding: ComparedRule, firm: ComparedRule): Condition[] | null {
  let conditions = [...yielding.conditions];
  for (const wall of firm.conditions) {
    conditions = conditions.map((c) => {
      const distance = (x: Condition) =>
        x.operator === 'min_distance' || x.operator === 'grouped' || asUpperBound(x) !== null;
      if (!distance(c) || !distance(wall) || wall.value === undefined || contradiction(c, wall) === null) return c;
      const value = c.operator === 'min_distance' ? wall.value - ROOM : wall.value + ROOM;
      return value < MIN_DISTANCE || value > MAX_DISTANCE ? c : { ...c, value };
    });
  }
  const clash = conditions.some((c) => firm.conditions.some((wall) => contradiction(c, wall) !== null));
  return clash ? null : conditions;
}

function ask(conflict: Conflict, strategy: ResolutionStrategy): Resolution {
  const sentences = conflict.sentences.map((s) => quotedText(s, MAX_SENTENCE)).join(' or ');
  const question =
    conflict.kind === 'impossible'
      ? `How should ${sentences} be corrected?`
      : `Which of these should hold: ${sentences}?`;
  return { strategy, disable: [], change: [], question, explanation: conflict.explanation };
}

function done(strategy: ResolutionStrategy, what: Partial<Resolution>, explanation: string): Resolution {
  return { strategy, disable: [], change: [], question: null, ...what, explanation };
}
