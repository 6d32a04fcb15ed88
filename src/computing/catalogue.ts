import { JUDGE } from '../analysis/judge.ts';
import { MEASURE } from '../analysis/measure.ts';
import type { Computation } from '../ports/computing.ts';
import { ALL_CLASHES, CLASHES, REVIEW } from '../rulebook/conflict-search.ts';

/** All that a computing thread can do, by name. */
export const COMPUTATIONS: ReadonlyMap<string, Computation<never, unknown>> = new Map(
  [MEASURE, JUDGE, REVIEW, CLASHES, ALL_CLASHES].map((computation) => [computation.name, computation]),
);
