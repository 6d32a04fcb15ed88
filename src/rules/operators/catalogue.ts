import type { Operator } from '../../contract/rule.ts';
import type { OperatorSpec } from '../measuring/spec.ts';
import { aligned } from './aligned.ts';
import { behind } from './behind.ts';
import { centeredOn } from './centered-on.ts';
import { countMax } from './count-max.ts';
import { countMin } from './count-min.ts';
import { grouped } from './grouped.ts';
import { inFrontOf } from './in-front-of.ts';
import { leftOf } from './left-of.ts';
import { maxDistance } from './max-distance.ts';
import { minDistance } from './min-distance.ts';
import { minEdgeDistance } from './min-edge-distance.ts';
import { notOn } from './not-on.ts';
import { on } from './on.ts';
import { rightOf } from './right-of.ts';
import { within } from './within.ts';

/** Every operator of the vocabulary. */
export const OPERATOR_SPECS: Readonly<Record<Operator, OperatorSpec>> = {
  min_distance: minDistance,
  max_distance: maxDistance,
  min_edge_distance: minEdgeDistance,
  on,
  not_on: notOn,
  centered_on: centeredOn,
  left_of: leftOf,
  right_of: rightOf,
  in_front_of: inFrontOf,
  behind,
  within,
  grouped,
  aligned,
  count_max: countMax,
  count_min: countMin,
};

/** Null for a name of no operator, or none: stored verdicts may be older than their operators. */
export const specOf = (name: string | undefined): OperatorSpec | null =>
  name !== undefined && Object.hasOwn(OPERATOR_SPECS, name) ? OPERATOR_SPECS[name as Operator] : null;
