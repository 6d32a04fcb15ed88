import { mayBeMissed } from '../class-recall.ts';
import { byProbability, NOT_ON } from '../interval.ts';
import { label } from '../label.ts';
import { sureWords } from '../likely-range.ts';
import type { OperatorSpec } from '../measuring/spec.ts';
import { absentText, likeliest, mayStandText, reportNone } from '../measuring/standing.ts';
import { nameOf, standsText } from '../measuring/words.ts';
import { wordFor } from '../select.ts';
import { shape } from '../statement.ts';

/** Every A stands on some B: a coaster, a mat, a laptop, …, seen or declared as a zone. Without any B it is broken. */
export const on: OperatorSpec = {
  name: 'on',
  shape: shape('support'),
  bound: null,
  type: 'placement',
  hazard: 'placement',
  title: (_, first, second) => `${first} on ${second}`,
  canonical: (_, p) => `every ${p.one} is on ${p.aSecond}`,
  action: (c) => ({ type: 'place_on', parameters: { surface: c.object2 ?? '' } }),
  fault: (c) => `not on a ${label(c.object2 ?? 'surface')}`,
  unit: 'none',
  ends: 'outlines',
  subject: 'pair',
  needsOne: true,
  required: () => null,
  evaluate(where, sink) {
    const missing = mayBeMissed(where.index, where.condition.object2 ?? '');
    for (const a of where.first) {
      const { surface, probability: p } = likeliest(where, a);
      if (surface < 0) {
        reportNone(where, a, sink);
        continue;
      }
      const missed = missing && p <= NOT_ON;
      const kind = missed ? 'uncertain' : byProbability(p);
      const code = missed ? 'maybe_missed' : 'measured';
      // What may have been missed is none of those that are seen.
      sink(
        kind,
        a,
        missed ? -1 : surface,
        Number.NaN,
        Number.NaN,
        Number.NaN,
        code,
        undefined,
        missed ? Number.NaN : p,
      );
    }
  },
  explain(where, f) {
    if (f.code === 'absent') return absentText(where, f);
    if (f.code === 'maybe_missed') return mayStandText(where, f);
    const [a, b] = [nameOf(where, f.a), nameOf(where, f.b)];
    const p = where.index.restsOn(f.a, f.b);
    if (f.kind !== 'violated' && !f.unseen && !f.untimed) return standsText(a, b, p);
    return `${a} stands on no ${wordFor(where.condition.object2 ?? '')} (${sureWords(1 - p)}); the nearest is ${b}`;
  },
};
