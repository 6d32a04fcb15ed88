import { gapPx } from '../../scene/measure.ts';
import { mayBeMissed, missedText, recallFor } from '../class-recall.ts';
import { wordFor } from '../select.ts';
import type { ConditionContext, PairResult, ResultSink } from './spec.ts';
import { nameOf } from './words.ts';

export interface Standing {
  /** The surface, or -1 when there is none besides the object itself. */
  readonly surface: number;
  readonly probability: number;
}

/** The surface of the second selector that object a stands on most likely; the nearest one when it stands on none. */
export function likeliest(ctx: ConditionContext, a: number): Standing {
  let surface = -1;
  let probability = -1;
  for (const b of ctx.second) {
    if (b === a) continue;
    const p = ctx.index.restsOn(a, b);
    if (p > probability) [surface, probability] = [b, p];
  }
  if (surface < 0) return { surface, probability: 0 };
  return probability > 0 ? { surface, probability } : { surface: nearest(ctx, a), probability: 0 };
}

/** The object of the second selector that is nearest to a: on the table, or in the image where mm are unknown. */
export function nearest(ctx: ConditionContext, a: number): number {
  const { index } = ctx;
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const b of ctx.second) {
    if (b === a) continue;
    const known = index.half(a, b, 'centre') >= 0;
    const d = known ? index.value(a, b, 'centre') : 1e6 + gapPx(index.entities[a]!, index.entities[b]!);
    if (d < least) [best, least] = [b, d];
  }
  return best;
}

/** Reports that there is nothing of the second selector that object a could be on: broken, unless one may have been missed. */
export function reportNone(ctx: ConditionContext, a: number, sink: ResultSink): void {
  const missed = mayBeMissed(ctx.index, ctx.condition.object2 ?? '');
  const [kind, code] = missed ? (['uncertain', 'maybe_missed'] as const) : (['violated', 'absent'] as const);
  sink(kind, a, -1, Number.NaN, Number.NaN, Number.NaN, code);
}

export function absentText(ctx: ConditionContext, { a }: PairResult): string {
  const { index, condition } = ctx;
  const surface = condition.object2 ?? '';
  const rate = recallFor(index, surface);
  const none =
    rate < 1
      ? `none is seen, and the model finds ${Math.round(100 * rate)} % of the ${wordFor(surface, true)}`
      : 'none is in the image';
  return `${nameOf(ctx, a)} stands on no ${wordFor(surface)}: ${none}`;
}

/** Of an object under which no surface is seen, where one may have been missed. */
export function mayStandText(ctx: ConditionContext, { a }: PairResult): string {
  const surface = ctx.condition.object2 ?? '';
  return `${nameOf(ctx, a)} stands on no ${wordFor(surface)} that is seen; ${missedText(ctx.index, surface)}`;
}
