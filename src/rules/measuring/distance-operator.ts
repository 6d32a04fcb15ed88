import { type Bound, explainDistance, judgeDistances } from './distance.ts';
import { compareDistances } from './distance-bands.ts';
import { pairsOf, union } from './pairs.ts';
import type { Case, OperatorSpec } from './spec.ts';

/** How min_distance, max_distance and grouped are judged; `together`: all things of the condition with each other. */
export function distanceOperator(bound: Bound, together = false) {
  const lists = (on: Case) => {
    if (!together) return [on.first, on.second] as const;
    const members = union(on);
    return [members, members] as const;
  };
  return {
    unit: 'mm',
    ends: 'outlines',
    required: (condition) => condition.value ?? null,
    judge: (on, sink) => judgeDistances(on, bound, pairsOf(...lists(on)), sink),
    judgeMoved: (on, moved, sink) => judgeDistances(on, bound, withMoved(pairsOf(...lists(on)), moved), sink),
    judgePair: (on, a, b, sink) => judgeDistances(on, bound, [a, b], sink),
    compare: (on) => compareDistances(on, bound, together ? 'grouped' : 'apart', () => lists(on)),
    explain: (on, finding) => explainDistance(on, bound, finding),
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
