import { type GroupLink, weakestLink } from '../measuring/chain.ts';
import { evaluateDistances, explainDistance } from '../measuring/distance.ts';
import { union } from '../measuring/pairs.ts';
import type { ConditionContext, OperatorSpec, ResultCode, ResultSink } from '../measuring/spec.ts';
import { shape } from '../statement.ts';

/**
 * All A lie together: each at most `value` mm from another of them, and all hang together in that way (a row is a group, two
 * pairs apart are none). One verdict, about the weakest link. One alone is no group.
 */
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
  unit: 'mm',
  ends: 'outlines',
  subject: 'set',
  required: (condition) => condition.value ?? null,
  evaluate(ctx, sink) {
    const members = union(ctx);
    const weakest = weakestLink(members, (a, b) => linkOf(ctx, a, b));
    if (weakest === null) {
      sink('not_applicable', members[0] ?? -1, -1, Number.NaN, Number.NaN, Number.NaN, 'too_few');
      return;
    }
    const { a, b } = weakest;
    const all = [a, b, ...members.filter((m) => m !== a && m !== b)];
    evaluateDistances(ctx, 'max', [a, b], (...[kind, , , measured, half, margin, code, , probability]) =>
      sink(kind, a, b, measured, half, margin, code, all, probability),
    );
  },
  explain(ctx, result) {
    if (result.code === 'too_few') return 'a group needs at least two';
    const link = explainDistance(ctx, 'max', result);
    return (result.members?.length ?? 0) > 2 ? `the widest gap of the group: ${link}` : link;
  },
};

function linkOf(ctx: ConditionContext, a: number, b: number): GroupLink {
  let found: GroupLink = { a, b, kind: 'uncertain', length: Number.POSITIVE_INFINITY };
  const take: ResultSink = (kind, _a, _b, measured: number, _half, _margin, code: ResultCode) => {
    found = { a, b, kind, length: code === 'no_mm' ? Number.POSITIVE_INFINITY : measured };
  };
  evaluateDistances(ctx, 'max', [a, b], take);
  return found;
}
