import type { Condition } from '../../contract/rule.ts';
import { gapPx } from '../../scene/measure.ts';
import { atLeast, atMost, SURELY_ON } from '../interval.ts';
import { besideInterval, DECIDED, probabilityOf } from '../probability.ts';
import { ANYTHING, FLAT_SURFACES, normalSelector } from '../select.ts';
import type { ConditionContext, PairResult, ResultSink } from './spec.ts';
import { nameOf, noMillimetres, rangeOf, requiredOf, type States, standsText, state } from './words.ts';

/** What min_distance, max_distance and grouped share: the distance of two objects on the table, mm. */

export type Bound = 'min' | 'max';

/**
 * Judges every pair. What stands on the other is 0 mm from its outline; where that is only possible, both readings must
 * agree. An object that stands on a coaster or mat is not too near to it for a rule that speaks of any object.
 */
export function evaluateDistances(
  ctx: ConditionContext,
  bound: Bound,
  pairs: readonly number[],
  sink: ResultSink,
): void {
  const { index, condition } = ctx;
  const reference = condition.reference ?? 'edge';
  const threshold = condition.value ?? 0;
  const sign = bound === 'min' ? 1 : -1;
  const decide = bound === 'min' ? atLeast : atMost;
  for (let i = 0; i < pairs.length; i += 2) {
    const a = pairs[i]!;
    const b = pairs[i + 1]!;
    const stacked = reference === 'edge' ? index.stacked(a, b) : 0;
    if (stacked >= SURELY_ON) {
      if (bound === 'min' && sparesSurface(ctx, a, b)) continue;
      const standing = decide(0, 0, threshold);
      const probability = standing === 'satisfied' ? stacked : 1 - stacked;
      sink(standing, a, b, 0, Number.NaN, -sign * threshold, 'stacked', undefined, probability);
      continue;
    }
    const half = index.half(a, b, reference);
    if (half < 0) {
      sink('uncertain', a, b, Number.NaN, Number.NaN, Number.NaN, 'no_mm');
      continue;
    }
    const value = index.value(a, b, reference);
    const margin = sign * (value - threshold);
    if (!(stacked > 0)) {
      sink(decide(Math.max(0, value - half), value + half, threshold), a, b, value, half, margin, 'measured');
      continue;
    }
    const [low, high] = besideInterval(value, half, stacked);
    const beside = (1 - stacked) * probabilityOf(margin, half);
    const probability = decide(0, 0, threshold) === 'satisfied' ? stacked + beside : beside;
    const code = stacked > MAYBE_ON ? 'maybe_stacked' : 'measured';
    sink(decide(low, high, threshold), a, b, value, half, margin, code, undefined, probability);
  }
}

/** More probable than that, it is said that one may stand on the other. */
const MAYBE_ON = 1 - DECIDED;

const anything = (selector: string | undefined) => selector !== undefined && normalSelector(selector) === ANYTHING;

export const speaksOfAnything = (c: Condition): boolean => anything(c.object1) || anything(c.object2);

/** One of the two is a coaster or mat, and the rule speaks of any object: standing on it is no matter. */
export function sparesSurface(ctx: ConditionContext, a: number, b: number): boolean {
  const { index, condition } = ctx;
  const flat = (entity: number) => FLAT_SURFACES.has(index.entities[entity]!.class);
  return (anything(condition.object2) && flat(b)) || (anything(condition.object1) && flat(a));
}

const WORDS: Readonly<Record<Bound, States>> = {
  min: { good: 'far enough from', bad: 'too close to' },
  max: { good: 'close enough to', bad: 'too far from' },
};

export function explainDistance(ctx: ConditionContext, bound: Bound, f: PairResult): string {
  const threshold = ctx.condition.value ?? 0;
  if (f.code === 'stacked') return `${standing(ctx, f)}; ${asked(bound, requiredOf(ctx, threshold))}`;
  const [a, b] = [nameOf(ctx, f.a), nameOf(ctx, f.b)];
  if (f.code === 'no_mm') {
    const gap = gapPx(ctx.index.entities[f.a]!, ctx.index.entities[f.b]!);
    const seen =
      gap > 0 ? `the boxes of ${a} and ${b} are ${Math.round(gap)} px apart` : `the boxes of ${a} and ${b} touch`;
    return `${seen}; ${asked(bound, requiredOf(ctx, threshold))}; ${noMillimetres(ctx)}`;
  }
  const { range, required } = rangeOf(ctx, f, threshold);
  if (f.code === 'maybe_stacked' && f.kind === 'uncertain' && !f.unseen && !f.untimed) {
    return `${standing(ctx, f)}, or they are ${range} apart; ${asked(bound, required)}`;
  }
  const centre = ctx.condition.reference === 'centre' ? 'the centre of ' : '';
  return `${centre}${a} ${state(f, WORDS[bound], ` ${centre}${b}`)}: ${range} apart, ${asked(bound, required)}`;
}

const asked = (bound: Bound, length: string) =>
  bound === 'min' ? `needs at least ${length}` : `at most ${length} is allowed`;

function standing(ctx: ConditionContext, f: PairResult): string {
  const [lower, upper] = ctx.index.restsOn(f.a, f.b) >= ctx.index.restsOn(f.b, f.a) ? [f.b, f.a] : [f.a, f.b];
  return standsText(nameOf(ctx, upper), nameOf(ctx, lower), ctx.index.stacked(f.a, f.b));
}
