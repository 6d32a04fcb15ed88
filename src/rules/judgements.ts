import type { Judgement } from '../contract/verdict.ts';
import type { Scene } from '../scene/types.ts';
import { type CheckableRule, caseOf, whyNotApplicable } from './applies.ts';
import { judge, judgementOf } from './evaluate.ts';
import { judgeDistances } from './measuring/distance.ts';
import { pairsOf, union } from './measuring/pairs.ts';
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
  const mover = about === null ? null : index.things.map(({ id }) => about.has(id));
  for (const rule of rules) {
    rule.conditions.forEach((condition, position) => {
      const spec = OPERATOR_SPECS[condition.operator];
      const on = caseOf(index, condition);
      if (whyNotApplicable(rule, on, spec) !== null) return;
      const origin: Origin = { rule_id: rule.rule_id, position, spec, on };
      judge(mover === null ? spec : narrowed(spec, mover), on, (finding) => {
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

/** The operator for pairs of which one moves; what looks at more than two things is judged as a whole. */
function narrowed(spec: OperatorSpec, mover: readonly boolean[]): Pick<OperatorSpec, 'judge' | 'unit'> {
  const distances = (
    bound: 'min' | 'max',
    on: Case,
    pairs: readonly number[],
    sink: Parameters<OperatorSpec['judge']>[1],
  ) => judgeDistances(on, bound, moving(pairs, mover), sink);
  switch (spec.name) {
    case 'min_distance':
      return { unit: 'mm', judge: (on, sink) => distances('min', on, pairsOf(on.first, on.second), sink) };
    case 'max_distance':
      return { unit: 'mm', judge: (on, sink) => distances('max', on, pairsOf(on.first, on.second), sink) };
    case 'grouped': {
      return { unit: 'mm', judge: (on, sink) => distances('max', on, pairsOf(union(on), union(on)), sink) };
    }
    case 'min_edge_distance':
    case 'within':
      return { unit: 'mm', judge: (on, sink) => spec.judge({ ...on, first: on.first.filter((a) => mover[a]) }, sink) };
    case 'left_of':
    case 'right_of':
    case 'in_front_of':
    case 'behind':
      return {
        unit: 'mm',
        judge(on, sink) {
          const [still, moved] = [on.first.filter((a) => !mover[a]), on.first.filter((a) => mover[a])];
          if (moved.length > 0) spec.judge({ ...on, first: moved }, sink);
          spec.judge({ ...on, first: still, second: on.second.filter((b) => mover[b]) }, sink);
        },
      };
    default:
      return spec;
  }
}

function moving(pairs: readonly number[], mover: readonly boolean[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    const [a, b] = [pairs[i]!, pairs[i + 1]!];
    if (mover[a] || mover[b]) out.push(a, b);
  }
  return out;
}
