import { gapPx } from '../../scene/measure.ts';
import { wordFor } from '../select.ts';
import { missedText } from '../sight.ts';
import type { Case, Finding } from './spec.ts';
import { nameOf } from './words.ts';

export interface Standing {
  /** The surface, or -1 when there is none besides the thing itself. */
  readonly surface: number;
  readonly probability: number;
}

/** The surface of the second selector that thing a stands on most likely; the nearest one when it stands on none. */
export function likeliest(on: Case, a: number): Standing {
  let surface = -1;
  let probability = -1;
  for (const b of on.second) {
    if (b === a) continue;
    const p = on.index.on(a, b);
    if (p > probability) [surface, probability] = [b, p];
  }
  if (surface < 0) return { surface, probability: 0 };
  return probability > 0 ? { surface, probability } : { surface: nearest(on, a), probability: 0 };
}

/** The thing of the second selector that is nearest to a: on the table, or in the image where mm are unknown. */
export function nearest(on: Case, a: number): number {
  const { index } = on;
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const b of on.second) {
    if (b === a) continue;
    const known = index.half(a, b, 'centre') >= 0;
    const d = known ? index.value(a, b, 'centre') : 1e6 + gapPx(index.things[a]!, index.things[b]!);
    if (d < least) [best, least] = [b, d];
  }
  return best;
}

/** Of a thing under which no surface is seen, where one may have been missed. */
export function mayStandText(on: Case, { a }: Finding): string {
  const surface = on.condition.object2 ?? '';
  return `${nameOf(on, a)} stands on no ${wordFor(surface)} that is seen; ${missedText(on.index, surface)}`;
}
