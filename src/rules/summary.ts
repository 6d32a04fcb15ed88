import type { Scene } from '../scene/types.ts';
import { type CheckableRule, caseOf, whyNotApplicable } from './applies.ts';
import { judge, slackOf, verdictOf } from './evaluate.ts';
import { type Counts, countByBands, isPlain } from './measuring/bands.ts';
import type { Case, Finding, OperatorSpec } from './measuring/spec.ts';
import { OPERATOR_SPECS } from './operators/catalogue.ts';
import { indexOf, type SceneIndex } from './scene-index.ts';
import type { Verdict, VerdictKind } from './verdict.ts';

export interface RuleSummary {
  readonly rule_id: string;
  /** The worst of all its findings. */
  readonly verdict: VerdictKind;
  readonly violated: number;
  readonly uncertain: number;
  readonly satisfied: number;
  /** The tightest finding of that kind; null when the rule does not apply. Judged and put in words on call. */
  worst(): Verdict | null;
}

/**
 * The same findings as `evaluate`, counted instead of listed: one entry for each rule, in order. For many rules on a full
 * desk, where a list of every pair would be long.
 */
export function evaluateSummary(rules: readonly CheckableRule[], scene: Scene): RuleSummary[] {
  const index = indexOf(scene);
  return rules.map((rule) => {
    let violated = 0;
    let uncertain = 0;
    let satisfied = 0;
    for (const condition of rule.conditions) {
      const spec = OPERATOR_SPECS[condition.operator];
      const on = caseOf(index, condition);
      if (whyNotApplicable(rule, on, spec) !== null) continue;
      const counts = countsOf(on, spec);
      violated += counts.violated;
      satisfied += counts.satisfied;
      uncertain += counts.total - counts.violated - counts.satisfied;
    }
    const verdict =
      violated > 0 ? 'violated' : uncertain > 0 ? 'uncertain' : satisfied > 0 ? 'satisfied' : 'not_applicable';
    return {
      rule_id: rule.rule_id,
      verdict,
      violated,
      uncertain,
      satisfied,
      worst: () => worstOf(rule, index, verdict),
    };
  });
}

function countsOf(on: Case, spec: OperatorSpec): Counts {
  const quick = countByBands(on);
  if (quick !== null) return quick;
  const { operator, object1, object2 } = on.condition;
  const key = isPlain(on.condition) ? `counts ${operator} ${object1.length} ${object1} ${object2 ?? ''}` : null;
  const known = key === null ? undefined : (on.index.kept.get(key) as Counts | undefined);
  if (known !== undefined) return known;
  const counts = countByJudging(on, spec);
  if (key !== null) on.index.kept.set(key, counts);
  return counts;
}

function countByJudging(on: Case, spec: OperatorSpec): Counts {
  let violated = 0;
  let satisfied = 0;
  let total = 0;
  judge(spec, on, ({ kind }) => {
    if (kind === 'not_applicable') return;
    total++;
    if (kind === 'violated') violated++;
    else if (kind === 'satisfied') satisfied++;
  });
  return { violated, satisfied, total };
}

function worstOf(rule: CheckableRule, index: SceneIndex, verdict: VerdictKind): Verdict | null {
  let worst: { finding: Finding; spec: OperatorSpec; on: Case; position: number } | null = null;
  rule.conditions.forEach((condition, position) => {
    const spec = OPERATOR_SPECS[condition.operator];
    const on = caseOf(index, condition);
    if (whyNotApplicable(rule, on, spec) !== null) return;
    judge(spec, on, (finding) => {
      if (finding.kind !== verdict || finding.kind === 'not_applicable') return;
      if (worst === null || slackOf(finding) < slackOf(worst.finding)) {
        worst = { finding: { ...finding }, spec, on, position };
      }
    });
  });
  if (worst === null) return null;
  const { finding, spec, on, position } = worst as { finding: Finding; spec: OperatorSpec; on: Case; position: number };
  return verdictOf(rule.rule_id, position, spec, on, finding);
}
