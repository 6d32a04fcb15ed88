import type { Scene } from '../scene/types.ts';
import { type CheckableRule, caseOf, whyNotApplicable } from './applies.ts';
import { judge } from './evaluate.ts';
import type { Shortfall } from './measuring/spec.ts';
import { OPERATOR_SPECS } from './operators/catalogue.ts';
import { indexOf } from './scene-index.ts';

export interface RuleShortfall extends Shortfall {
  readonly ruleId: string;
  readonly condition: number;
  /** Ids of the pair or set. */
  readonly objects: readonly string[];
}

/** For every broken or uncertain finding that a displacement can mend: which object, where to, how far. Hints only. */
export function shortfalls(rule: CheckableRule, scene: Scene): RuleShortfall[] {
  const index = indexOf(scene);
  const found: RuleShortfall[] = [];
  rule.conditions.forEach((condition, position) => {
    const spec = OPERATOR_SPECS[condition.operator];
    const on = caseOf(index, condition);
    if (whyNotApplicable(rule, on, spec) !== null) return;
    judge(spec, on, (finding) => {
      if (finding.kind === 'satisfied' || finding.kind === 'not_applicable') return;
      const shortfall = spec.shortfall(on, finding);
      if (shortfall === null) return;
      const members = finding.members ?? (finding.b < 0 ? [finding.a] : [finding.a, finding.b]);
      const objects = members.map((m) => index.things[m]!.id);
      found.push({ ...shortfall, ruleId: rule.rule_id, condition: position, objects });
    });
  });
  return found;
}
