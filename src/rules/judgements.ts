import type { Judgement } from '../contract/verdict.ts';
import type { Scene } from '../scene/types.ts';
import { type Asked, askedBy, type CheckableRule } from './applies.ts';
import { judge, judgementOf } from './evaluate.ts';
import type { Finding, OperatorSpec } from './measuring/spec.ts';
import { indexOf } from './scene-index.ts';

/**
 * Calls `take` with everything that `evaluate` would put in words, save what does not apply. With `about`, only findings
 * that can change when these things move: those about one of them, and those that look at many things at once. The
 * finding object is used again: copy what is to be kept.
 */
export function visitResults(
  rules: readonly CheckableRule[],
  scene: Scene,
  about: ReadonlySet<string> | null,
  take: (asked: Asked, finding: Finding) => void,
): void {
  const index = indexOf(scene);
  const moved = about === null ? null : index.things.map(({ id }) => about.has(id));
  for (const rule of rules) {
    for (const asked of askedBy(rule, index)) {
      if (asked.why !== null) continue;
      const { spec, on } = asked;
      judge(moved === null ? spec : narrowed(spec, moved), on, (finding) => {
        if (finding.kind !== 'not_applicable') take(asked, finding);
      });
    }
  }
}

/** Every finding as numbers. */
export function judgements(
  rules: readonly CheckableRule[],
  scene: Scene,
  about: ReadonlySet<string> | null = null,
): Judgement[] {
  const found: Judgement[] = [];
  visitResults(rules, scene, about, ({ rule_id, position, spec, on }, finding) => {
    found.push(judgementOf(rule_id, position, spec, on, finding));
  });
  return found;
}

/** The operator for what can change when things move. */
function narrowed(spec: OperatorSpec, moved: readonly boolean[]): Pick<OperatorSpec, 'judge' | 'unit'> {
  const { judgeMoved, unit } = spec;
  return judgeMoved === undefined ? spec : { unit, judge: (on, sink) => judgeMoved(on, moved, sink) };
}
