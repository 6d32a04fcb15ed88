import { checkpoint } from '../checkpoint.ts';
import type { Conflict } from '../contract/rule.ts';
import { type Chain, clashingChains } from './chain.ts';
import { contradiction } from './contradiction.ts';
import { ruleImplied } from './implied.ts';
import { meetInTime } from './in-time.ts';
import { orderCycles } from './order.ts';
import { type ComparedRule, canMeet } from './statement.ts';

/**
 * Contradictions and repetitions among rules that are all enabled: at most one conflict of a kind for each pair, then the
 * rings of orders and the chains of distances. Each finding is proved; rules without a finding may still clash on a
 * crowded desk, which the solver says.
 */
export function findConflicts(rules: readonly ComparedRule[]): Conflict[] {
  const found: Conflict[] = [];
  rules.forEach((rule, i) => {
    found.push(...impossible(rule));
    for (let j = i + 1; j < rules.length; j++) found.push(...between(rule, rules[j]!));
  });
  const always = rules.filter(holdsAlways);
  return [
    ...found,
    ...beyondPairs([...orderCycles(always).map(ofCycle), ...clashingChains(always).map(ofChain)], found),
  ];
}

/** The conflicts that one rule brings to others. */
export function conflictsOf(rule: ComparedRule, others: readonly ComparedRule[]): Conflict[] {
  const rest = others.filter((other) => other.rule_id !== rule.rule_id);
  const all = [rule, ...rest];
  const found = [...impossible(rule), ...rest.flatMap((other) => between(rule, other))];
  const always = all.filter(holdsAlways);
  const larger = [
    ...orderCycles(always).map(ofCycle),
    ...(holdsAlways(rule) ? clashingChains(always, rule).map(ofChain) : []),
  ];
  return [...found, ...beyondPairs(larger, found).filter((c) => c.rule_ids.includes(rule.rule_id))];
}

/** Rings and chains are proved only of rules that hold at all times. */
const holdsAlways = ({ timing }: ComparedRule): boolean => timing === undefined;

/** Without those whose rules hold a clash that is already reported. */
function beyondPairs(larger: readonly Conflict[], reported: readonly Conflict[]): Conflict[] {
  const clashes = reported.filter((c) => c.kind !== 'subsumed');
  return larger.filter((c) => !clashes.some((small) => small.rule_ids.every((id) => c.rule_ids.includes(id))));
}

function ofChain({ rules, explanation, assumes }: Chain): Conflict {
  const found = conflict(rules.length === 1 ? 'impossible' : 'contradiction', rules, explanation);
  return assumes.length === 0 ? found : { ...found, assumes: [...assumes] };
}

function ofCycle({ rules, explanation }: { rules: readonly ComparedRule[]; explanation: string }): Conflict {
  return conflict(rules.length === 1 ? 'impossible' : 'contradiction', rules, explanation);
}

/** A rule whose own conditions cannot hold together. */
function impossible(rule: ComparedRule): Conflict[] {
  const { conditions } = rule;
  for (let i = 0; i < conditions.length; i++) {
    for (let j = i + 1; j < conditions.length; j++) {
      if (!canMeet(rule, conditions[i]!, rule, conditions[j]!)) continue;
      const why = contradiction(conditions[i]!, conditions[j]!);
      if (why !== null) return [conflict('impossible', [rule], why)];
    }
  }
  return [];
}

function between(rule: ComparedRule, other: ComparedRule): Conflict[] {
  const meet = meetInTime(rule, other);
  for (const c of meet === 'never' ? [] : rule.conditions) {
    for (const d of other.conditions) {
      checkpoint();
      if (!canMeet(rule, c, other, d)) continue;
      const why = contradiction(c, d);
      if (why !== null) return [inTime(conflict('contradiction', [rule, other], why), meet)];
    }
  }
  const inOther = ruleImplied(rule, other);
  const inRule = ruleImplied(other, rule);
  if (inOther && inRule) return [conflict('subsumed', [rule, other], 'both rules ask for the same')];
  if (inOther) return [conflict('subsumed', [rule, other], 'the second rule already asks for all that the first does')];
  if (inRule) return [conflict('subsumed', [rule, other], 'the first rule already asks for all that the second does')];
  return [];
}

/** Where both allow the other for a while, or ask once a day, each may have its turn. */
const inTime = (found: Conflict, meet: ReturnType<typeof meetInTime>): Conflict =>
  meet === 'sure'
    ? found
    : { ...found, proven: false, assumes: ['both have to hold at one time, for longer than they allow'] };

function conflict(kind: Conflict['kind'], rules: readonly ComparedRule[], explanation: string): Conflict {
  return { kind, rule_ids: rules.map((r) => r.rule_id), sentences: rules.map((r) => r.canonical), explanation };
}
