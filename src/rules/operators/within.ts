import { atLeast } from '../interval.ts';
import { idLabel } from '../label.ts';
import { movedFirst } from '../measuring/pairs.ts';
import type { OperatorSpec } from '../measuring/spec.ts';
import { nameOf, noMillimetres, rangeOf, requiredOf, state } from '../measuring/words.ts';
import { insideInImage, zoneDepth, zoneWords } from '../measuring/zone.ts';
import { shape } from '../statement.ts';

/** Every A lies with its whole outline inside the named zone, at least `value` mm from its border (0 unless said). */
export const within: OperatorSpec = {
  name: 'within',
  shape: shape('none', 'none', { zone: true }),
  bound: 'least',
  type: 'placement',
  hazard: 'placement',
  title: (c, first) => `${first} in ${c.zone ?? ''}`,
  canonical: (_, p) => `every ${p.one} is inside zone ${p.zone}`,
  action: (c) => ({ type: 'move', parameters: { zone: c.zone ?? '' } }),
  fault: (c) => `outside zone ${idLabel(c.zone ?? '')}`,
  unit: 'mm',
  ends: 'zone',
  subject: 'each',
  required: (condition) => condition.value ?? 0,
  evaluate(ctx, sink) {
    const zone = ctx.index.zone(ctx.condition.zone ?? '');
    if (zone === null) {
      sink('not_applicable', -1, -1, Number.NaN, Number.NaN, Number.NaN, 'no_zone');
      return;
    }
    const threshold = ctx.condition.value ?? 0;
    for (const a of ctx.first) {
      const depth = zoneDepth(ctx, a, zone);
      if (depth !== null) {
        const { value, half } = depth;
        sink(atLeast(value - half, value + half, threshold), a, -1, value, half, value - threshold, 'measured');
        continue;
      }
      const seen = insideInImage(ctx.index.entities[a]!, zone);
      const kind = seen === 'satisfied' && threshold > 0 ? 'uncertain' : seen;
      sink(kind, a, -1, Number.NaN, Number.NaN, Number.NaN, kind === 'uncertain' ? 'no_mm' : 'pixels');
    }
  },
  evaluateMoved: (ctx, moved, sink) => within.evaluate(movedFirst(ctx, moved), sink),
  explain(ctx, f) {
    const zone = `zone ${zoneWords(ctx)}`;
    if (f.code === 'no_zone') return `no ${zone} is known for this image`;
    const name = nameOf(ctx, f.a);
    const threshold = ctx.condition.value ?? 0;
    const requirement =
      threshold > 0 ? `needs to be at least ${requiredOf(ctx, threshold)} inside` : 'inside is required';
    if (f.code === 'pixels')
      return `${name} is ${f.kind === 'satisfied' ? 'inside' : 'outside'} ${zone} in the image; ${requirement}`;
    if (f.code === 'no_mm')
      return `whether ${name} is inside ${zone} cannot be told; ${requirement}; ${noMillimetres(ctx)}`;
    const words =
      threshold > 0
        ? { good: `far enough inside ${zone}`, bad: `not far enough inside ${zone}` }
        : { good: `inside ${zone}`, bad: `not wholly inside ${zone}` };
    const { range, required } = rangeOf(ctx, f, threshold, ['out of it', 'inside its border']);
    return `${name} ${state(f, words)}: ${range}${threshold > 0 ? `, needs at least ${required}` : ''}`;
  },
};
