import type { Condition } from '../../contract/rule.ts';
import { Z90 } from '../../contract/verdict.ts';
import { centreOf, offsetBetween } from '../../scene/measure.ts';
import type { Point } from '../../scene/types.ts';
import { atMost } from '../interval.ts';
import { fitLine, offLine } from '../measuring/line.ts';
import { union } from '../measuring/pairs.ts';
import type { ConditionContext, OperatorSpec, ResultSink } from '../measuring/spec.ts';
import { listed, nameOf, noMillimetres, rangeOf, requiredOf, state } from '../measuring/words.ts';
import { shape } from '../statement.ts';

/** What "aligned" allows where the rule does not say, mm. */
export const ALIGNED_TOLERANCE = 20;

const allowed = (condition: Condition): number => condition.value ?? ALIGNED_TOLERANCE;

/**
 * All A lie on one straight line, each middle at most `value` mm off it. Three or more: the line that fits them best, in
 * any direction. Two always lie on a line, so for two it is a row or a column of the image.
 */
export const aligned: OperatorSpec = {
  name: 'aligned',
  shape: shape('none', 'mm'),
  bound: 'most',
  type: 'placement',
  hazard: 'grouping',
  title: (_, first) => `${first} Line`,
  canonical: (_, p) => `all ${p.many} are aligned to within ${p.length}`,
  action: (c) => ({ type: 'move', parameters: { aligned: true, tolerance: c.value ?? 0, unit: 'mm' } }),
  fault: () => 'out of line with the others',
  unit: 'mm',
  ends: 'centres',
  subject: 'set',
  required: allowed,
  evaluate(ctx, sink) {
    const members = union(ctx);
    if (members.length < 2) {
      sink('not_applicable', members[0] ?? -1, -1, Number.NaN, Number.NaN, Number.NaN, 'too_few');
    } else if (members.some((m) => centre(ctx, m) === null)) {
      sink('uncertain', members[0]!, -1, Number.NaN, Number.NaN, Number.NaN, 'no_mm', members);
    } else if (members.length === 2) {
      evaluateTwo(ctx, members, sink);
    } else {
      evaluateLine(ctx, members, sink);
    }
  },
  explain(ctx, f) {
    if (f.code === 'too_few') return 'a line needs at least two';
    const requirement = `at most ${requiredOf(ctx, allowed(ctx.condition))} is allowed`;
    const members = f.members ?? [];
    if (f.code === 'no_mm')
      return `how well ${listed(ctx, members)} line up is not known; ${requirement}; ${noMillimetres(ctx)}`;
    const { range, required } = rangeOf(ctx, f, allowed(ctx.condition));
    const inOrder = members.toSorted((a, b) => a - b);
    const line = `${listed(ctx, inOrder)} ${state(f, { good: 'in line', bad: 'not in line' }, '', 'are')}`;
    const off = members.length === 2 ? `${range} off a common row or column` : `${nameOf(ctx, f.a)} is ${range} off`;
    return `${line}: ${off}, at most ${required} is allowed`;
  },
};

function centre(ctx: ConditionContext, entity: number): Point | null {
  const footprint = ctx.index.entities[entity]?.footprint ?? null;
  return footprint === null ? null : centreOf(footprint);
}

function evaluateTwo(ctx: ConditionContext, members: readonly number[], sink: ResultSink): void {
  const [a, b] = [members[0]!, members[1]!];
  const offset = offsetBetween(ctx.index.scene, ctx.index.entities[a]!, ctx.index.entities[b]!);
  if (offset === null) {
    sink('uncertain', a, b, Number.NaN, Number.NaN, Number.NaN, 'no_mm', members);
    return;
  }
  const along = Math.abs(offset.dx.value) < Math.abs(offset.dy.value) ? offset.dx : offset.dy;
  report(ctx, a, members, Math.abs(along.value), Z90 * along.sigma, sink);
}

function evaluateLine(ctx: ConditionContext, members: readonly number[], sink: ResultSink): void {
  const points = members.map((m) => centre(ctx, m)!);
  const line = fitLine(points);
  let worst = 0;
  let most = -1;
  points.forEach((p, i) => {
    const off = Math.abs(offLine(line, p));
    if (off > most) [worst, most] = [i, off];
  });
  const { x, y } = line.normal;
  const c = ctx.index.entities[members[worst]!]!.covariance ?? { xx: 0, xy: 0, yy: 0 };
  // First order; the error of the fitted line itself is that of a mean and is left out.
  const own = Math.max(0, x * x * c.xx + 2 * x * y * c.xy + y * y * c.yy);
  const scale = most * (ctx.index.scene.calibration.scaleSigma ?? 0);
  // What is farthest off is what the finding is about.
  const first = members[worst]!;
  const named = [first, ...members.filter((m) => m !== first)];
  report(ctx, first, named, most, Z90 * Math.hypot(Math.sqrt(own), scale), sink);
}

function report(
  ctx: ConditionContext,
  a: number,
  members: readonly number[],
  value: number,
  half: number,
  sink: ResultSink,
): void {
  const threshold = allowed(ctx.condition);
  const kind = atMost(Math.max(0, value - half), value + half, threshold);
  sink(kind, a, -1, value, half, threshold - value, 'measured', members);
}
