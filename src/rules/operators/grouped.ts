import { distanceOperator } from '../measuring/distance-operator.ts';
import { union } from '../measuring/pairs.ts';
import type { OperatorSpec } from '../measuring/spec.ts';
import { shape } from '../statement.ts';

const together = distanceOperator('max', true);

/** All A lie together: no two of them are more than `value` mm apart. One alone is no group. */
export const grouped: OperatorSpec = {
  name: 'grouped',
  shape: shape('none', 'mm'),
  bound: 'most',
  type: 'placement',
  hazard: 'grouping',
  title: (_, first) => `${first} Group`,
  canonical: (_, p) => `all ${p.many} are grouped at most ${p.length} apart`,
  action: (c) => ({ type: 'group', parameters: { max_gap: c.value ?? 0, unit: 'mm' } }),
  fault: () => 'too far from the others of its group',
  subject: 'set',
  ...together,
  evaluate(ctx, sink) {
    const members = union(ctx);
    if (members.length > 1) together.evaluate(ctx, sink);
    else sink('not_applicable', members[0] ?? -1, -1, Number.NaN, Number.NaN, Number.NaN, 'too_few');
  },
  explain: (ctx, result) => (result.code === 'too_few' ? 'a group needs at least two' : together.explain(ctx, result)),
};
