import { type Bound, evaluateDistances, explainDistance } from './distance.ts';
import { compareDistances } from './distance-intervals.ts';
import { pairsOf } from './pairs.ts';
import type { ConditionContext, OperatorSpec } from './spec.ts';

/** How min_distance and max_distance are judged. */
export function distanceOperator(bound: Bound) {
  const lists = (ctx: ConditionContext) => [ctx.first, ctx.second] as const;
  return {
    unit: 'mm',
    ends: 'outlines',
    required: (condition) => condition.value ?? null,
    evaluate: (ctx, sink) => evaluateDistances(ctx, bound, pairsOf(...lists(ctx)), sink),
    evaluateMoved: (ctx, moved, sink) => evaluateDistances(ctx, bound, withMoved(pairsOf(...lists(ctx)), moved), sink),
    evaluatePair: (ctx, a, b, sink) => evaluateDistances(ctx, bound, [a, b], sink),
    compare: (ctx) => compareDistances(ctx, bound, 'apart', () => lists(ctx)),
    explain: (ctx, result) => explainDistance(ctx, bound, result),
  } satisfies Partial<OperatorSpec>;
}

function withMoved(pairs: readonly number[], moved: readonly boolean[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    const [a, b] = [pairs[i]!, pairs[i + 1]!];
    if (moved[a] || moved[b]) out.push(a, b);
  }
  return out;
}
