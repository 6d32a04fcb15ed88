import type { Condition, Operator, Rule } from '../contract/rule.ts';
import type { VerdictNumbers } from '../contract/verdict.ts';
import type { Scene } from '../scene/types.ts';
import { label } from './label.ts';
import { OPERATOR_SPECS } from './operators/catalogue.ts';

/** What is wrong with the first object of a verdict, as words after "it is": "too close to laptop". */
export function fault(scene: Scene, rules: readonly Rule[], verdict: VerdictNumbers): string {
  const rule = rules.find((r) => r.rule_id === verdict.rule_id);
  const condition = rule?.conditions[verdict.condition];
  if (condition === undefined) return 'against a rule';
  // "May be over the edge" would say more than is known.
  const measured = verdict.verdict === 'violated' ? verdict.measured : null;
  return OPERATOR_SPECS[condition.operator].fault(condition, otherOf(scene, condition, verdict), measured);
}

/** The class of the second object of the verdict, else what the rule calls it. */
function otherOf(scene: Scene, condition: Condition, verdict: VerdictNumbers): string {
  const second = scene.objects.find((o) => o.id === verdict.objects[1]);
  if (second !== undefined) return label(second.class);
  return label(condition.object2 ?? condition.object1);
}

/** What a person can do where something stands on none of what it must stand on: "put a coaster there"; null elsewhere. */
export function missingSurface(rules: readonly Rule[], verdict: VerdictNumbers): string | null {
  const asked = rules.find((r) => r.rule_id === verdict.rule_id)?.conditions[verdict.condition];
  if (verdict.verdict !== 'violated' || asked?.object2 === undefined) return null;
  const { needsOne, unit } = OPERATOR_SPECS[asked.operator];
  // What only stands beside the middle of one has one.
  if (!needsOne || (unit === 'mm' && verdict.objects.length > 1)) return null;
  return `put a ${label(asked.object2)} there`;
}

/** It asks for a distance to an edge of the table that nobody sees. */
export const isEdgeUnknown = ({ operator, verdict, measured }: VerdictNumbers): boolean =>
  verdict === 'uncertain' && measured === null && OPERATOR_SPECS[operator as Operator]?.ends === 'table';
