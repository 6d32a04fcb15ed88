import { capital, membersOf, nounOf } from '../../contract/objects.ts';
import type { Action, Condition, RuleDraft } from '../../contract/rule.ts';
import { MAX_ACTIONS, MAX_ASSUMPTIONS, MAX_SENTENCE } from '../../contract/rule.ts';
import type { Timing } from '../../contract/timing.ts';
import { OPERATOR_SPECS } from '../../rules/operators/catalogue.ts';
import { canonicalSentence } from './canonical.ts';
import { HAZARD_PRIORITY } from './defaults.ts';
import { timingPhrase } from './time/canonical.ts';

export interface Given {
  readonly name?: string;
  readonly priority?: number;
  readonly context?: string | null;
  readonly text?: string | null;
  readonly source: RuleDraft['source'];
  readonly assumptions?: readonly string[];
  readonly timing?: Timing;
}

/** Everything of a rule that follows from its conditions: type, name, priority, actions, canonical sentence. */
export function completeDraft(conditions: readonly Condition[], given: Given): RuleDraft {
  return {
    name: given.name ?? ruleName(conditions, given.timing),
    type: ruleType(conditions),
    conditions: [...conditions],
    ...(given.timing && { timing: given.timing }),
    actions: ruleActions(conditions),
    priority: given.priority ?? rulePriority(conditions),
    context: given.context ?? null,
    text: given.text !== null && given.text !== undefined && given.text.length <= MAX_SENTENCE ? given.text : null,
    canonical: canonicalSentence(conditions, given.timing ? { timing: given.timing } : {}),
    assumptions: [...(given.assumptions ?? [])].slice(0, MAX_ASSUMPTIONS),
    source: given.source,
  };
}

/**
 * context: holds only while some other object is there; safety: heat, or falling off the table;
 * distance: lengths between objects; placement: all else.
 */
export function ruleType(conditions: readonly Condition[]): RuleDraft['type'] {
  const types = conditions.map((c) => OPERATOR_SPECS[c.operator].type);
  if (types.includes('safety') || conditions.some((c) => c.attribute === 'hot')) return 'safety';
  if (conditions.some((c) => typeof c.when === 'object')) return 'context';
  return types.includes('distance') ? 'distance' : 'placement';
}

export function rulePriority(conditions: readonly Condition[]): number {
  return Math.max(...conditions.map(conditionPriority));
}

function conditionPriority(c: Condition): number {
  const { hazard } = OPERATOR_SPECS[c.operator];
  if (hazard !== 'electronics') return HAZARD_PRIORITY[hazard];
  const electronic = [c.object1, c.object2 ?? ''].map((o) => membersOf(o).some((m) => ELECTRONIC.has(m)));
  return electronic[0] !== electronic[1] || c.object1 === 'object' || c.object2 === 'object'
    ? HAZARD_PRIORITY.electronics
    : HAZARD_PRIORITY.placement;
}

const ELECTRONIC = new Set(membersOf('electronics'));

/**
 * "Laptop Safety Distance", "Beverage on Coaster by 09:00", "Laptop Safety Distance with 10 minutes of grace"; several
 * conditions of one kind share a name.
 */
export function ruleName(conditions: readonly Condition[], timing?: Timing): string {
  const names = [...new Set(conditions.map(conditionName))];
  const head = names.slice(0, 2).join(', ');
  const whole = names.length > 2 ? `${head} and ${names.length - 2} more` : head;
  const name = timing === undefined ? whole : `${whole} ${timingPhrase(timing)}`;
  return name.length > 120 ? `${name.slice(0, 119)}…` : name;
}

function conditionName(c: Condition): string {
  const attribute = c.attribute ? `${capital(c.attribute)} ` : '';
  const { title, many } = nounOf(c.object1);
  const second = nounOf(c.object2 ?? 'object').title;
  return OPERATOR_SPECS[c.operator].title(c, `${attribute}${title}`, second, `${attribute}${capital(many)}`);
}

/** One action per condition without repetition, at most five. */
export function ruleActions(conditions: readonly Condition[]): Action[] {
  const seen = new Map<string, Action>();
  for (const condition of conditions) {
    const action = OPERATOR_SPECS[condition.operator].action(condition);
    seen.set(JSON.stringify(action), action);
  }
  return [...seen.values()].slice(0, MAX_ACTIONS);
}
