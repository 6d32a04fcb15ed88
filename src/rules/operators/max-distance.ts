import { explainDistance, judgeDistances } from '../measuring/distance.ts';
import { pairsOf } from '../measuring/pairs.ts';
import type { OperatorSpec } from '../measuring/spec.ts';

/** Every A stays within `value` mm of every B. */
export const maxDistance: OperatorSpec = {
  name: 'max_distance',
  unit: 'mm',
  subject: 'pair',
  required: (condition) => condition.value ?? null,
  judge: (on, sink) => judgeDistances(on, 'max', pairsOf(on.first, on.second), sink),
  explain: (on, finding) => explainDistance(on, 'max', finding),
};
