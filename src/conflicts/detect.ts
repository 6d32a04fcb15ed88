import { checkpoint } from '../checkpoint.ts';
import type { Conflict } from '../contract/rule.ts';
import { type Chain, clashingChains } from './chain.ts';
import { contradiction } from './contradiction.ts';
import { ruleImplied } from './implied.ts';
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
  return [...found, ...beyondPairs([...orderCycles(rules).map(ofCycle), ...clashingChains(rules).map(ofChain)], found)];
}

/** The conflicts that one rule brings to others. */
export function conflictsOf(rule: ComparedRule, others: readonly ComparedRule[]): Conflict[] {
  const rest = others.filter((other) => other.rule_id !== rule.rule_id);
  const all = [rule, ...rest];
  const found = [...impossible(rule), ...rest.flatMap((other) => between(rule, other))];
  const larger = [...orderCycles(all).map(ofCycle), ...clashingChains(all, rule).map(ofChain)];
  return [...found, ...beyondPairs(larger, found).filter((c) => c.rule_ids.includes(rule.rule_id))];
}

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
  for (const c of rule.conditions) {
    for (const d of other.conditions) {
      checkpoint();
      if (!canMeet(rule, c, other, d)) continue;
      const why = contradiction(c, d);
      if (why !== null) return [conflict('contradiction', [rule, other], why)];
    }
  }
  const inOther = ruleImplied(rule, other);
  const inRule = ruleImplied(other, rule);
  if (inOther && inRule) return [conflict('subsumed', [rule, other], 'both rules ask for the same')];
  if (inOther) return [conflict('subsumed', [rule, other], 'the second rule already asks for all that the first does')];
  if (inRule) return [conflict('subsumed', [rule, other], 'the first rule already asks for all that the second does')];
  return [];
}

function conflict(kind: Conflict['kind'], rules: readonly ComparedRule[], explanation: string): Conflict {
  return { kind, rule_ids: rules.map((r) => r.rule_id), sentences: rules.map((r) => r.canonical), explanation };
}
