import type { Action, Condition, RuleDraft } from '../../contract/rule.ts';
import { MAX_ACTIONS, MAX_SENTENCE } from '../../contract/rule.ts';
import { canonicalSentence } from './canonical.ts';
import { HAZARD_PRIORITY } from './defaults.ts';
import { membersOf, nounOf } from './objects.ts';

export interface Given {
  readonly name?: string;
  readonly priority?: number;
  readonly context?: string | null;
  readonly text?: string | null;
  readonly source: RuleDraft['source'];
  readonly assumptions?: readonly string[];
}

/** Everything of a rule that follows from its conditions: type, name, priority, actions, canonical sentence. */
export function completeDraft(conditions: readonly Condition[], given: Given): RuleDraft {
  return {
    name: given.name ?? ruleName(conditions),
    type: ruleType(conditions),
    conditions: [...conditions],
    actions: ruleActions(conditions),
    priority: given.priority ?? rulePriority(conditions),
    context: given.context ?? null,
    text: given.text !== null && given.text !== undefined && given.text.length <= MAX_SENTENCE ? given.text : null,
    canonical: canonicalSentence(conditions),
    assumptions: [...(given.assumptions ?? [])].slice(0, 20),
    source: given.source,
  };
}

/**
 * context: holds only while some other object is there; safety: heat, or falling off the table;
 * distance: lengths between objects; placement: all else.
 */
export function ruleType(conditions: readonly Condition[]): RuleDraft['type'] {
  if (conditions.some((c) => c.operator === 'min_edge_distance' || c.attribute === 'hot')) return 'safety';
  if (conditions.some((c) => typeof c.when === 'object')) return 'context';
  if (conditions.some((c) => c.operator === 'min_distance' || c.operator === 'max_distance')) return 'distance';
  return 'placement';
}

export function rulePriority(conditions: readonly Condition[]): number {
  return Math.max(...conditions.map(conditionPriority));
}

function conditionPriority(c: Condition): number {
  if (c.operator === 'min_edge_distance') return HAZARD_PRIORITY.edge;
  if (c.operator === 'grouped' || c.operator === 'aligned') return HAZARD_PRIORITY.grouping;
  if (c.operator !== 'min_distance' && c.operator !== 'not_on') return HAZARD_PRIORITY.placement;
  const electronic = [c.object1, c.object2 ?? ''].map((o) => membersOf(o).some((m) => ELECTRONIC.has(m)));
  return electronic[0] !== electronic[1] || c.object1 === 'object' || c.object2 === 'object'
    ? HAZARD_PRIORITY.electronics
    : HAZARD_PRIORITY.placement;
}

const ELECTRONIC = new Set(membersOf('electronics'));

/** "Laptop Safety Distance", "Beverage on Coaster"; several conditions of one kind share a name. */
export function ruleName(conditions: readonly Condition[]): string {
  const names = [...new Set(conditions.map(conditionName))];
  const head = names.slice(0, 2).join(', ');
  const name = names.length > 2 ? `${head} and ${names.length - 2} more` : head;
  return name.length > 120 ? `${name.slice(0, 119)}…` : name;
}

function conditionName(c: Condition): string {
  const first = `${c.attribute ? `${c.attribute.charAt(0).toUpperCase()}${c.attribute.slice(1)} ` : ''}${nounOf(c.object1).title}`;
  const second = nounOf(c.object2 ?? 'object').title;
  switch (c.operator) {
    case 'min_distance':
      return c.object1 === c.object2 ? `${first} Spacing` : `${second} Safety Distance`;
    case 'max_distance':
      return `${first} Close to ${second}`;
    case 'min_edge_distance':
      return `${first} Edge Margin`;
    case 'on':
      return `${first} on ${second}`;
    case 'not_on':
      return `No ${first} on ${second}`;
    case 'centered_on':
      return `${first} Centered on ${second}`;
    case 'left_of':
      return `${first} Left of ${second}`;
    case 'right_of':
      return `${first} Right of ${second}`;
    case 'in_front_of':
      return `${first} in Front of ${second}`;
    case 'behind':
      return `${first} Behind ${second}`;
    case 'within':
      return `${first} in ${c.zone ?? ''}`;
    case 'grouped':
      return `${first} Group`;
    case 'aligned':
      return `${first} Line`;
    case 'count_max':
      return `At Most ${c.value ?? 0} ${first}`;
    case 'count_min':
      return `At Least ${c.value ?? 0} ${first}`;
  }
}

/** One action per condition without repetition, at most five. */
export function ruleActions(conditions: readonly Condition[]): Action[] {
  const seen = new Map<string, Action>();
  for (const condition of conditions) {
    const action = conditionAction(condition);
    seen.set(JSON.stringify(action), action);
  }
  return [...seen.values()].slice(0, MAX_ACTIONS);
}

function conditionAction(c: Condition): Action {
  const distance = { distance: c.value ?? 0, unit: 'mm' };
  const other = c.object2 ?? '';
  switch (c.operator) {
    case 'min_distance':
      return { type: 'maintain_distance', parameters: distance };
    case 'max_distance':
      return { type: 'maintain_distance', parameters: { max_distance: c.value ?? 0, unit: 'mm' } };
    case 'min_edge_distance':
      return { type: 'avoid_area', parameters: { area: 'table_edge', ...distance } };
    case 'on':
      return { type: 'place_on', parameters: { surface: other } };
    case 'not_on':
      return { type: 'avoid_area', parameters: { area: other } };
    case 'centered_on':
      return { type: 'place_on', parameters: { surface: other, centered: true } };
    case 'left_of':
    case 'right_of':
    case 'in_front_of':
    case 'behind':
      return { type: 'move', parameters: { side: c.operator, reference: other } };
    case 'within':
      return { type: 'move', parameters: { zone: c.zone ?? '' } };
    case 'grouped':
      return { type: 'group', parameters: { max_gap: c.value ?? 0, unit: 'mm' } };
    case 'aligned':
      return { type: 'move', parameters: { aligned: true, tolerance: c.value ?? 0, unit: 'mm' } };
    case 'count_max':
      return { type: 'alert', parameters: { more_than: c.value ?? 0 } };
    case 'count_min':
      return { type: 'alert', parameters: { fewer_than: c.value ?? 0 } };
  }
}
