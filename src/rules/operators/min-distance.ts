import { distanceOperator } from '../measuring/distance-operator.ts';
import type { OperatorSpec } from '../measuring/spec.ts';
import { shape } from '../statement.ts';

/** Every A keeps at least `value` mm from every B: between the outlines of their footprints, or centre to centre. */
export const minDistance: OperatorSpec = {
  name: 'min_distance',
  shape: shape('other', 'mm', { reference: true }),
  bound: 'least',
  type: 'distance',
  hazard: 'electronics',
  title: (c, first, second) => (c.object1 === c.object2 ? `${first} Spacing` : `${second} Safety Distance`),
  canonical: (_, p) => `every ${p.one} keeps at least ${p.length}${p.reference} from ${p.everySecond}`,
  action: (c) => ({ type: 'maintain_distance', parameters: { distance: c.value ?? 0, unit: 'mm' } }),
  fault: (_, other) => `too close to ${other}`,
  subject: 'pair',
  ...distanceOperator('min'),
};
