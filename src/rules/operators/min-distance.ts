import { explainDistance, judgeDistances } from '../measuring/distance.ts';
import { pairsOf } from '../measuring/pairs.ts';
import type { OperatorSpec } from '../measuring/spec.ts';

/** Every A keeps at least `value` mm from every B: between the outlines of their footprints, or centre to centre. */
export const minDistance: OperatorSpec = {
  name: 'min_distance',
  unit: 'mm',
  subject: 'pair',
  required: (condition) => condition.value ?? null,
  judge: (on, sink) => judgeDistances(on, 'min', pairsOf(on.first, on.second), sink),
  explain: (on, finding) => explainDistance(on, 'min', finding),
};
