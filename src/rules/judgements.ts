import type { Judgement } from '../contract/verdict.ts';
import type { Scene } from '../scene/types.ts';
import { type CheckableRule, caseOf, whyNotApplicable } from './applies.ts';
import { judge, judgementOf } from './evaluate.ts';
import type { Case, Finding, OperatorSpec } from './measuring/spec.ts';
import { OPERATOR_SPECS } from './operators/catalogue.ts';
import { indexOf } from './scene-index.ts';

/** Where a finding came from. */
export interface Origin {
  readonly rule_id: string;
  readonly position: number;
  readonly spec: OperatorSpec;
  readonly on: Case;
}

/**
 * Calls `take` with everything that `evaluate` would put in words, save what does not apply. With `about`, only findings
 * that can change when these things move: those about one of them, and those that look at many things at once. The
 * finding object is used again: copy what is to be kept.
 */
export function eachFinding(
  rules: readonly CheckableRule[],
  scene: Scene,
  about: ReadonlySet<string> | null,
  take: (origin: Origin, finding: Finding) => void,
): void {
  const index = indexOf(scene);
  const moved = about === null ? null : index.things.map(({ id }) => about.has(id));
  for (const rule of rules) {
    rule.conditions.forEach((condition, position) => {
      const spec = OPERATOR_SPECS[condition.operator];
      const on = caseOf(index, condition);
      if (whyNotApplicable(rule, on, spec) !== null) return;
      const origin: Origin = { rule_id: rule.rule_id, position, spec, on };
      judge(moved === null ? spec : narrowed(spec, moved), on, (finding) => {
        if (finding.kind !== 'not_applicable') take(origin, finding);
      });
    });
  }
}

/** Every finding as numbers. */
export function judgements(
  rules: readonly CheckableRule[],
  scene: Scene,
  about: ReadonlySet<string> | null = null,
): Judgement[] {
  const found: Judgement[] = [];
  eachFinding(rules, scene, about, ({ rule_id, position, spec, on }, finding) => {
    found.push(judgementOf(rule_id, position, spec, on, finding));
  });
  return found;
}

/** The operator for what can change when things move. */
function narrowed(spec: OperatorSpec, moved: readonly boolean[]): Pick<OperatorSpec, 'judge' | 'unit'> {
  const { judgeMoved, unit } = spec;
  return judgeMoved === undefined ? spec : { unit, judge: (on, sink) => judgeMoved(on, moved, sink) };
}
