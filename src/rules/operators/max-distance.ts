import { distanceOperator } from '../measuring/distance-operator.ts';
import type { OperatorSpec } from '../measuring/spec.ts';
import { shape } from '../statement.ts';

/** Every A stays within `value` mm of every B. */
export const maxDistance: OperatorSpec = {
  name: 'max_distance',
  shape: shape('other', 'mm', { reference: true }),
  bound: 'most',
  type: 'distance',
  hazard: 'placement',
  title: (_, first, second) => `${first} Close to ${second}`,
  canonical: (_, p) => `every ${p.one} stays within ${p.length}${p.reference} of ${p.everySecond}`,
  action: (c) => ({ type: 'maintain_distance', parameters: { max_distance: c.value ?? 0, unit: 'mm' } }),
  fault: (_, other) => `too far from ${other}`,
  subject: 'pair',
  ...distanceOperator('max'),
};
