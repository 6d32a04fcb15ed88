import { atLeast, measuredText, requiredLength } from '../interval.ts';
import type { Bands } from '../measuring/bands.ts';
import { kept, tableOf } from '../measuring/kept-bands.ts';
import { movedFirst } from '../measuring/pairs.ts';
import type { Case, OperatorSpec } from '../measuring/spec.ts';
import { depthPxText, edgeKnown, edgeWords, NO_EDGE, notOnTable, tableDepth } from '../measuring/table-depth.ts';
import { compared, nameOf, noMillimetres } from '../measuring/words.ts';
import { shape } from '../statement.ts';

/**
 * Every A keeps at least `value` mm from the edge of the table. Where only the border of the image is known, the
 * distance to it is measured but decides nothing. Something beyond the edge of a detected table stands elsewhere.
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
  judge(on, sink) {
    const threshold = on.condition.value ?? 0;
    const known = edgeKnown(on);
    for (const a of on.first) {
      const depth = tableDepth(on, a);
      if (depth === null) {
        sink('uncertain', a, -1, Number.NaN, Number.NaN, Number.NaN, 'no_mm');
        continue;
      }
      if (notOnTable(on, a)) {
        sink('uncertain', a, -1, Number.NaN, Number.NaN, Number.NaN, 'no_edge');
        continue;
      }
      const { value, half } = depth;
      const kind = known ? atLeast(value - half, value + half, threshold) : 'uncertain';
      sink(kind, a, -1, value, half, value - threshold, known ? 'measured' : 'no_edge');
    }
  },
  judgeMoved: (on, moved, sink) => minEdgeDistance.judge(movedFirst(on, moved), sink),
  compare: (on) => ({
    bands: kept(on, 'edge', edgeBands),
    threshold: on.condition.value ?? 0,
    atLeast: true,
  }),
  explain(on, f) {
    const requirement = `at least ${requiredLength(on.condition.value ?? 0)} is required`;
    const name = nameOf(on, f.a);
    if (f.cause === 'no_mm') return `${name} is ${depthPxText(on, f.a)}; ${requirement}; ${noMillimetres(on)}`;
    if (notOnTable(on, f.a)) return `${name} does not stand on the table that was detected; ${requirement}; ${NO_EDGE}`;
    const place =
      f.measured < 0
        ? `${name} is ${measuredText(-f.measured, f.half)} over ${edgeWords(on)}`
        : `${name} is ${measuredText(f.measured, f.half)} from ${edgeWords(on)}`;
    return f.cause === 'no_edge' ? `${place}; ${requirement}; ${NO_EDGE}` : `${place}; ${compared(f, requirement)}`;
  },
};

function edgeBands(on: Case): Bands {
  const table = tableOf(on, 'edge of the table', on.index.things.length);
  for (const a of on.first) {
    if (table.filled[a] === 1) continue;
    const depth = edgeKnown(on) && !notOnTable(on, a) ? tableDepth(on, a) : null;
    table.low[a] = depth === null ? Number.NaN : depth.value - depth.half;
    table.high[a] = depth === null ? Number.NaN : depth.value + depth.half;
    table.least[a] = table.low[a]!;
    table.filled[a] = 1;
  }
  return { ...table, at: on.first, columns: 1 };
}
