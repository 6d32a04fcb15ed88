import type { Condition, Rule } from '../contract/rule.ts';
import type { Judgement } from '../contract/verdict.ts';
import type { Scene } from '../scene/types.ts';
import { idLabel, label } from './label.ts';

/** What is wrong with the first object of a verdict, as words after "it is": "too close to laptop". */
export function fault(scene: Scene, rules: readonly Rule[], verdict: Judgement): string {
  const rule = rules.find((r) => r.rule_id === verdict.rule_id);
  const condition = rule?.conditions[verdict.condition];
  if (condition === undefined) return 'against a rule';
  return words(condition, otherOf(scene, condition, verdict), verdict);
}

/** The class of the second object of the verdict, else what the rule calls it. */
function otherOf(scene: Scene, condition: Condition, verdict: Judgement): string {
  const second = scene.objects.find((o) => o.id === verdict.objects[1]);
  if (second !== undefined) return label(second.class);
  return label(condition.object2 ?? condition.object1);
}

function words(condition: Condition, other: string, verdict: Judgement): string {
  switch (condition.operator) {
    case 'min_distance':
      return `too close to ${other}`;
    case 'max_distance':
      return `too far from ${other}`;
    case 'min_edge_distance':
      return verdict.measured !== null && verdict.measured < 0
        ? 'over the edge of the table'
        : 'too close to the edge of the table';
    case 'on':
      return `not on a ${label(condition.object2 ?? 'surface')}`;
    case 'not_on':
      return `on ${other}`;
    case 'centered_on':
      return `not centred on a ${label(condition.object2 ?? 'surface')}`;
    case 'left_of':
      return `not to the left of ${other}`;
    case 'right_of':
      return `not to the right of ${other}`;
    case 'in_front_of':
      return `not in front of ${other}`;
    case 'behind':
      return `not behind ${other}`;
    case 'within':
      return `outside zone ${idLabel(condition.zone ?? '')}`;
    case 'grouped':
      return 'too far from the others of its group';
    case 'aligned':
      return 'out of line with the others';
    case 'count_max':
      return `one of too many (${label(condition.object1)})`;
    case 'count_min':
      return `one of too few (${label(condition.object1)})`;
  }
}
