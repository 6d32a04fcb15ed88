import type { Condition } from '../../contract/rule.ts';
import { gapPx } from '../../scene/measure.ts';
import { mayBeMissed } from '../class-recall.ts';
import { atMost, NOT_ON } from '../interval.ts';
import { label } from '../label.ts';
import type { OperatorSpec } from '../measuring/spec.ts';
import { absentText, likeliest, mayStandText, nearest, reportNone } from '../measuring/standing.ts';
import { nameOf, noMillimetres, rangeOf, requiredOf, state } from '../measuring/words.ts';
import { wordFor } from '../select.ts';
import { shape } from '../statement.ts';

/**
 * What "centered" allows where the rule does not say, mm. A usual mug (base about 75 mm) stays whole on a usual coaster
 * (about 100 mm) up to 12.5 mm off; a person places objects by eye to about 10 mm on a larger mat.
 */
export const CENTRED_TOLERANCE = 12;

export const tolerance = (condition: Condition): number => condition.value ?? CENTRED_TOLERANCE;

/** Every A has its middle over the middle of some B, to within `value` mm. Without any B it is broken. */
export const centeredOn: OperatorSpec = {
  name: 'centered_on',
  shape: shape('support'),
  bound: null,
  type: 'placement',
  hazard: 'placement',
  title: (_, first, second) => `${first} Centered on ${second}`,
  canonical: (_, p) => `every ${p.one} is centered on ${p.aSecond}`,
  action: (c) => ({ type: 'place_on', parameters: { surface: c.object2 ?? '', centered: true } }),
  fault: (c) => `not centred on a ${label(c.object2 ?? 'surface')}`,
  unit: 'mm',
  ends: 'centres',
  subject: 'pair',
  needsOne: true,
  required: tolerance,
  evaluate(ctx, sink) {
    const { index } = ctx;
    const allowed = tolerance(ctx.condition);
    const missing = mayBeMissed(index, ctx.condition.object2 ?? '');
    for (const a of ctx.first) {
      const b = nearest(ctx, a);
      if (b < 0) {
        reportNone(ctx, a, sink);
        continue;
      }
      const half = index.half(a, b, 'centre');
      if (missing && likeliest(ctx, a).probability <= NOT_ON) {
        // It speaks of none of those that are seen.
        sink('uncertain', a, -1, Number.NaN, Number.NaN, Number.NaN, 'maybe_missed');
        continue;
      }
      if (half >= 0) {
        const value = index.value(a, b, 'centre');
        sink(atMost(Math.max(0, value - half), value + half, allowed), a, b, value, half, allowed - value, 'measured');
        continue;
      }
      // Without mm: what clearly stands beside every surface is not in the middle of one.
      const beside =
        likeliest(ctx, a).probability <= NOT_ON &&
        ctx.second.every((s) => gapPx(index.entities[a]!, index.entities[s]!) > 0);
      const code = beside ? 'pixels' : 'no_mm';
      sink(beside ? 'violated' : 'uncertain', a, b, Number.NaN, Number.NaN, Number.NaN, code);
    }
  },
  explain(ctx, f) {
    const [a, b] = [nameOf(ctx, f.a), nameOf(ctx, f.b)];
    const requirement = `at most ${requiredOf(ctx, tolerance(ctx.condition))} is allowed`;
    if (f.code === 'absent') return absentText(ctx, f);
    if (f.code === 'maybe_missed') return mayStandText(ctx, f);
    if (f.code === 'pixels') return `${a} stands beside every ${wordFor(ctx.condition.object2 ?? '')} in the image`;
    if (f.code === 'no_mm')
      return `how far ${a} is from the middle of ${b} is not known; ${requirement}; ${noMillimetres(ctx)}`;
    const { range, required } = rangeOf(ctx, f, tolerance(ctx.condition));
    const centred = state(f, { good: `centred on ${b}`, bad: `not centred on ${b}` });
    return `${a} ${centred}: the middles are ${range} apart, at most ${required} is allowed`;
  },
};
