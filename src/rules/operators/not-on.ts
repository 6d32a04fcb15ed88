import { gapPx } from '../../scene/measure.ts';
import type { Footprint, Point } from '../../scene/types.ts';
import { byProbability } from '../interval.ts';
import { centre, directionTo } from '../measuring/direction.ts';
import type { OperatorSpec } from '../measuring/spec.ts';
import { likeliest } from '../measuring/standing.ts';
import { nameOf } from '../measuring/words.ts';
import { wordFor } from '../select.ts';
import { standsText } from './on.ts';

const OPPOSITE = { satisfied: 'violated', violated: 'satisfied', uncertain: 'uncertain' } as const;

/** No A stands on any B. */
export const notOn: OperatorSpec = {
  name: 'not_on',
  unit: 'none',
  action: 'avoid_area',
  subject: 'pair',
  required: () => null,
  judge(where, sink) {
    for (const a of where.first) {
      const { surface, probability } = likeliest(where, a);
      if (surface < 0) continue;
      const kind = OPPOSITE[byProbability(probability) as keyof typeof OPPOSITE];
      sink(kind, a, surface, Number.NaN, Number.NaN, Number.NaN, 'measured');
    }
  },
  explain(where, f) {
    if (f.kind !== 'satisfied') return standsText(where, f);
    return `${nameOf(where, f.a)} stands on no ${wordFor(where.condition.object2 ?? '')}`;
  },
  shortfall(where, f) {
    const toward = directionTo(where, f.a, f.b);
    const [p, q] = [centre(where, f.a), centre(where, f.b)];
    const [a, b] = [where.index.things[f.a], where.index.things[f.b]];
    if (toward === null || p === null || q === null || !a?.footprint || !b?.footprint) return null;
    if (f.kind === 'satisfied' || (f.kind === 'uncertain' && gapPx(a, b) > 0)) return null;
    const away = { x: -toward.x, y: -toward.y };
    const clear = reach(a.footprint, p, toward) + reach(b.footprint, q, away) - Math.hypot(q.x - p.x, q.y - p.y);
    const mm = Math.max(0, clear);
    return { objectId: a.id, direction: away, distanceMm: mm, withMarginMm: mm };
  },
};

/** From the centre of a footprint to its outermost point in a direction, mm. */
function reach(footprint: Footprint, from: Point, u: Point): number {
  if (footprint.kind === 'disk') return footprint.radius;
  return Math.max(...footprint.points.map((p) => (p.x - from.x) * u.x + (p.y - from.y) * u.y));
}
