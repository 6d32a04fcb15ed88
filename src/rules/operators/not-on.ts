import { byProbability } from '../interval.ts';
import { sureWords } from '../likely-range.ts';
import type { OperatorSpec } from '../measuring/spec.ts';
import { likeliest } from '../measuring/standing.ts';
import { nameOf, standsText } from '../measuring/words.ts';
import { wordFor } from '../select.ts';
import { shape } from '../statement.ts';

const OPPOSITE = { satisfied: 'violated', violated: 'satisfied', uncertain: 'uncertain' } as const;

/** No A stands on any B. */
export const notOn: OperatorSpec = {
  name: 'not_on',
  shape: shape('other'),
  bound: null,
  type: 'placement',
  hazard: 'electronics',
  title: (_, first, second) => `No ${first} on ${second}`,
  canonical: (_, p) => `no ${p.one} is on ${p.anySecond}`,
  action: (c) => ({ type: 'avoid_area', parameters: { area: c.object2 ?? '' } }),
  fault: (_, other) => `on ${other}`,
  unit: 'none',
  ends: 'outlines',
  subject: 'pair',
  required: () => null,
  evaluate(where, sink) {
    for (const a of where.first) {
      const { surface, probability } = likeliest(where, a);
      if (surface < 0) continue;
      const kind = OPPOSITE[byProbability(probability) as keyof typeof OPPOSITE];
      sink(kind, a, surface, Number.NaN, Number.NaN, Number.NaN, 'measured', undefined, 1 - probability);
    }
  },
  explain(where, f) {
    const p = where.index.restsOn(f.a, f.b);
    if (f.kind !== 'satisfied') return standsText(nameOf(where, f.a), nameOf(where, f.b), p);
    return `${nameOf(where, f.a)} stands on no ${wordFor(where.condition.object2 ?? '')} (${sureWords(1 - p)})`;
  },
};
