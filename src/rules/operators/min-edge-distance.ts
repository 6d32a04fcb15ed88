import type { VerdictKind } from '../../contract/verdict.ts';
import { WIDE_EDGE } from '../../scene/measure.ts';
import { atLeast } from '../interval.ts';
import { likelyWords, sureWords } from '../likely-range.ts';
import type { PairIntervals } from '../measuring/interval-table.ts';
import { kept, tableOf } from '../measuring/kept-intervals.ts';
import { movedFirst } from '../measuring/pairs.ts';
import type { ConditionContext, OperatorSpec } from '../measuring/spec.ts';
import {
  BOX_IS_NO_EDGE,
  depthAtLeast,
  depthPxText,
  edgeKnown,
  isBoxAlone,
  isPxKnown,
  NO_EDGE,
  notOnTable,
  tableDepth,
} from '../measuring/table-depth.ts';
import { nameOf, noMillimetres, rangeOf, requiredOf, state } from '../measuring/words.ts';
import { shape } from '../statement.ts';

/**
 * Every A keeps at least `value` mm from the edge of the table. The border of the image is no edge: where only that is
 * known, the distance is not. Nor is the border of a detected table's box: deep inside it an object is safe, near it nothing
 * is known, and what is beyond it stands elsewhere.
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
      const { value, half, low, high } = depth;
      const p = depthAtLeast(ctx, a, threshold);
      const outOfSight = (kind: VerdictKind) =>
        sink(kind, a, -1, Number.NaN, Number.NaN, Number.NaN, 'out_of_sight', undefined, p);
      if (Number.isNaN(value)) {
        outOfSight(atLeast(low, high, threshold));
        continue;
      }
      const kind = atLeast(low, value + half, threshold);
      if (kind === 'violated' && isBoxAlone(ctx)) {
        sink('uncertain', a, -1, Number.NaN, Number.NaN, Number.NaN, 'no_edge');
        continue;
      }
      // Between a lower bound and a far upper one the middle is no best guess.
      if (kind === 'uncertain' && ctx.index.scene.table.lines !== undefined && half > Math.max(WIDE_EDGE, threshold)) {
        outOfSight(kind);
        continue;
      }
      sink(kind, a, -1, value, half, value - threshold, 'measured', undefined, p);
    }
  },
  evaluateMoved: (ctx, moved, sink) => minEdgeDistance.evaluate(movedFirst(ctx, moved), sink),
  compare: (ctx) => ({
    intervals: kept(ctx, 'edge', edgeIntervals),
    threshold: ctx.condition.value ?? 0,
    atLeast: true,
  }),
  explain(ctx, f) {
    const requirement = `needs at least ${requiredOf(ctx, ctx.condition.value ?? 0)}`;
    const name = nameOf(ctx, f.a);
    const unknown = `the distance of ${name} from the edge of the table is unknown; ${requirement}`;
    if (f.code === 'no_mm') {
      const isSeen = edgeKnown(ctx) && ctx.index.scene.table.reference !== 'image' && isPxKnown(ctx, f.a);
      const place = isSeen ? `${name} is ${depthPxText(ctx, f.a)}; ${requirement}` : unknown;
      return `${place}; ${noMillimetres(ctx)}`;
    }
    if (notOnTable(ctx, f.a))
      return `${name} was measured outside the box of the table that was detected, and may stand on another; ${requirement}; ${NO_EDGE}`;
    if (f.code === 'out_of_sight') {
      const low = tableDepth(ctx, f.a)?.low ?? 0;
      const p = depthAtLeast(ctx, f.a, ctx.condition.value ?? 0);
      const sure = Number.isNaN(p) ? '' : f.kind === 'satisfied' ? ` (${sureWords(p)})` : ` (${likelyWords(p)})`;
      if (f.kind === 'satisfied')
        return `the table goes on at least ${requiredOf(ctx, ctx.condition.value ?? 0)} beyond ${name}${sure}`;
      const tail = f.kind === 'uncertain' ? `${sure}; ${NO_EDGE}` : sure;
      return low >= 1
        ? `the table goes on at least ${requiredOf(ctx, Math.floor(low))} beyond ${name}; ${requirement}${tail}`
        : `${unknown}${tail}`;
    }
    if (f.code === 'no_edge') return `${unknown}; ${isBoxAlone(ctx) ? BOX_IS_NO_EDGE : NO_EDGE}`;
    const required = ctx.condition.value ?? 0;
    const told = rangeOf(ctx, f, required, ['over it', 'from it']);
    const bad = f.measured + f.half < 0 ? 'over the edge of the table' : 'too close to the edge of the table';
    const words = { good: 'far enough from the edge of the table', bad };
    return `${name} ${state(f, words)}: ${told.range}, needs at least ${told.required}`;
  },
};

function edgeIntervals(ctx: ConditionContext): PairIntervals {
  const table = tableOf(ctx, 'edge of the table', ctx.index.entities.length);
  for (const a of ctx.first) {
    if (table.filled[a] === 1) continue;
    const depth = edgeKnown(ctx) && !notOnTable(ctx, a) ? tableDepth(ctx, a) : null;
    table.low[a] = depth?.low ?? Number.NaN;
    table.high[a] = depth?.high ?? Number.NaN;
    table.least[a] = table.low[a]!;
    table.filled[a] = 1;
  }
  return { ...table, at: ctx.first, columns: 1 };
}
