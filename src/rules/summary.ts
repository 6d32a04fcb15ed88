import type { Scene } from '../scene/types.ts';
import { type CheckableRule, caseOf, whyNotApplicable } from './applies.ts';
import { judge, verdictOf } from './evaluate.ts';
import type { Case, Finding, OperatorSpec } from './measuring/spec.ts';
import { OPERATOR_SPECS } from './operators/catalogue.ts';
import { indexOf } from './scene-index.ts';
import type { Verdict, VerdictKind } from './verdict.ts';

export interface RuleSummary {
  readonly rule_id: string;
  /** The worst of all its findings. */
  readonly verdict: VerdictKind;
  readonly violated: number;
  readonly uncertain: number;
  readonly satisfied: number;
  /** The finding behind `verdict`, tightest first; null when the rule does not apply. The sentence is made on call. */
  worst(): Verdict | null;
}

const SEVERITY: Readonly<Record<VerdictKind, number>> = { violated: 3, uncertain: 2, satisfied: 1, not_applicable: 0 };

/**
 * The same findings as `evaluate`, counted instead of listed: one entry for each rule, in order. For many rules on a full
 * desk, where a list of every pair would be long.
 */
export function evaluateSummary(rules: readonly CheckableRule[], scene: Scene): RuleSummary[] {
  const index = indexOf(scene);
  return rules.map((rule) => {
    const tally = new Tally(rule.rule_id);
    rule.conditions.forEach((condition, position) => {
      const spec = OPERATOR_SPECS[condition.operator];
      const on = caseOf(index, condition);
      if (whyNotApplicable(rule, on, spec) === null)
        judge(spec, on, (finding) => tally.add(finding, spec, on, position));
    });
    return tally;
  });
}

class Tally implements RuleSummary {
  readonly rule_id: string;
  verdict: VerdictKind = 'not_applicable';
  violated = 0;
  uncertain = 0;
  satisfied = 0;
  private slack = Number.POSITIVE_INFINITY;
  private finding: Finding | null = null;
  private spec: OperatorSpec | null = null;
  private on: Case | null = null;
  private position = 0;

  constructor(ruleId: string) {
    this.rule_id = ruleId;
  }

  add(finding: Finding, spec: OperatorSpec, on: Case, position: number): void {
    const { kind } = finding;
    if (kind === 'violated') this.violated++;
    else if (kind === 'uncertain') this.uncertain++;
    else if (kind === 'satisfied') this.satisfied++;
    const severity = SEVERITY[kind];
    const worst = SEVERITY[this.verdict];
    if (severity === 0 || severity < worst) return;
    const slack = Number.isNaN(finding.margin) ? Number.POSITIVE_INFINITY : finding.margin - finding.half;
    if (severity === worst && !(slack < this.slack)) return;
    this.verdict = kind;
    this.slack = slack;
    this.finding = this.finding === null ? { ...finding } : Object.assign(this.finding, finding);
    this.spec = spec;
    this.on = on;
    this.position = position;
  }

  worst(): Verdict | null {
    const { finding, spec, on } = this;
    return finding && spec && on ? verdictOf(this.rule_id, this.position, spec, on, finding) : null;
  }
}
