import { atLeast } from '../interval.ts';
import type { PairIntervals } from '../measuring/interval-table.ts';
import { kept, tableOf } from '../measuring/kept-intervals.ts';
import { movedFirst } from '../measuring/pairs.ts';
import type { ConditionContext, OperatorSpec } from '../measuring/spec.ts';
import { depthPxText, edgeKnown, edgeWords, NO_EDGE, notOnTable, tableDepth } from '../measuring/table-depth.ts';
import { compared, lengthOf, nameOf, noMillimetres, requiredOf } from '../measuring/words.ts';
import { shape } from '../statement.ts';

/**
 * Every A keeps at least `value` mm from the edge of the table. Where only the border of the image is known, the
 * distance to it is told in words: it is no distance to the edge, decides nothing and counts for nothing. Something beyond the edge of a detected table stands elsewhere.
 */
export const minEdgeDistance: OperatorSpec = {
  name: 'min_edge_distance',
  shape: shape('table', 'mm'),
  bound: 'least',
  type: 'safety',
  hazard: 'edge',
  title: (_, first) => `${first} Edge Margin`,
  canonical: (_, p) => `every ${p.one} keeps at least ${p.length} from the edge of the ${p.second}`,
  action: (c) => ({ type: 'avoid_area', parameters: { area: 'table_edge', distance: c.value ?? 0, unit: 'mm' } }),
  fault: (_condition, _other, measured) =>
    measured !== null && measured < 0 ? 'over the edge of the table' : 'too close to the edge of the table',
  unit: 'mm',
  ends: 'table',
  subject: 'each',
  required: (condition) => condition.value ?? null,
  evaluate(ctx, sink) {
    const threshold = ctx.condition.value ?? 0;
    const known = edgeKnown(ctx);
    for (const a of ctx.first) {
      const depth = tableDepth(ctx, a);
      if (depth === null) {
        sink('uncertain', a, -1, Number.NaN, Number.NaN, Number.NaN, 'no_mm');
        continue;
      }
      if (!known || notOnTable(ctx, a)) {
        sink('uncertain', a, -1, Number.NaN, Number.NaN, Number.NaN, 'no_edge');
        continue;
      }
      const { value, half } = depth;
      sink(atLeast(value - half, value + half, threshold), a, -1, value, half, value - threshold, 'measured');
    }
  },
  evaluateMoved: (ctx, moved, sink) => minEdgeDistance.evaluate(movedFirst(ctx, moved), sink),
  compare: (ctx) => ({
    intervals: kept(ctx, 'edge', edgeIntervals),
    threshold: ctx.condition.value ?? 0,
    atLeast: true,
  }),
  explain(ctx, f) {
    const requirement = `at least ${requiredOf(ctx, ctx.condition.value ?? 0)} is required`;
    const name = nameOf(ctx, f.a);
    if (f.code === 'no_mm') return `${name} is ${depthPxText(ctx, f.a)}; ${requirement}; ${noMillimetres(ctx)}`;
    if (notOnTable(ctx, f.a))
      return `${name} does not stand on the table that was detected; ${requirement}; ${NO_EDGE}`;
    const { value, half } = tableDepth(ctx, f.a) ?? { value: f.measured, half: f.half };
    const place = `${name} is ${lengthOf(ctx, { measured: Math.abs(value), half })} ${value < 0 ? 'over' : 'from'} ${edgeWords(ctx)}`;
    return f.code === 'no_edge' ? `${place}; ${requirement}; ${NO_EDGE}` : `${place}; ${compared(f, requirement)}`;
  },
};

function edgeIntervals(ctx: ConditionContext): PairIntervals {
  const table = tableOf(ctx, 'edge of the table', ctx.index.entities.length);
  for (const a of ctx.first) {
    if (table.filled[a] === 1) continue;
    const depth = edgeKnown(ctx) && !notOnTable(ctx, a) ? tableDepth(ctx, a) : null;
    table.low[a] = depth === null ? Number.NaN : depth.value - depth.half;
    table.high[a] = depth === null ? Number.NaN : depth.value + depth.half;
    table.least[a] = table.low[a]!;
    table.filled[a] = 1;
  }
  return { ...table, at: ctx.first, columns: 1 };
}
