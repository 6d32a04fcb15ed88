import type { VerdictNumbers } from '../contract/verdict.ts';
import type { Scene } from '../scene/types.ts';
import { type Asked, askedBy, type CheckableRule } from './applies.ts';
import { evaluateCondition, verdictNumbersOf } from './evaluate.ts';
import type { OperatorSpec, PairResult } from './measuring/spec.ts';
import { indexOf } from './scene-index.ts';

/**
 * Calls `take` with everything that `evaluateAll` would put in words, save what does not apply. With `about`, only findings
 * that can change when these objects move: those about one of them, and those that look at many objects at once. The
 * finding object is used again: copy what is to be kept.
 */
export function visitResults(
  rules: readonly CheckableRule[],
  scene: Scene,
  about: ReadonlySet<string> | null,
  take: (asked: Asked, result: PairResult) => void,
): void {
  const index = indexOf(scene);
  const moved = about === null ? null : index.entities.map(({ id }) => about.has(id));
  for (const rule of rules) {
    for (const asked of askedBy(rule, index)) {
      if (asked.why !== null) continue;
      const { spec, ctx } = asked;
      evaluateCondition(moved === null ? spec : narrowed(spec, moved), ctx, (result) => {
        if (result.kind !== 'not_applicable') take(asked, result);
      });
    }
  }
}

/** Every finding as numbers. */
export function verdictNumbers(
  rules: readonly CheckableRule[],
  scene: Scene,
  about: ReadonlySet<string> | null = null,
): VerdictNumbers[] {
  const found: VerdictNumbers[] = [];
  visitResults(rules, scene, about, ({ rule_id, position, spec, ctx }, result) => {
    found.push(verdictNumbersOf(rule_id, position, spec, ctx, result));
  });
  return found;
}

/** The operator for what can change when objects move. */
function narrowed(spec: OperatorSpec, moved: readonly boolean[]): Pick<OperatorSpec, 'evaluate' | 'unit'> {
  const { evaluateMoved, unit } = spec;
  return evaluateMoved === undefined ? spec : { unit, evaluate: (on, sink) => evaluateMoved(on, moved, sink) };
}
