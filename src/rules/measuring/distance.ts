import type { Condition } from '../../contract/rule.ts';
import { gapPx } from '../../scene/measure.ts';
import { atLeast, atMost, NOT_ON, SURELY_ON } from '../interval.ts';
import { ANYTHING, FLAT_SURFACES, normalSelector } from '../select.ts';
import type { ConditionContext, PairResult, ResultSink } from './spec.ts';
import { compared, lengthOf, nameOf, noMillimetres, requiredOf } from './words.ts';

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
      sink(decide(0, 0, threshold), a, b, 0, Number.NaN, -sign * threshold, 'stacked');
      continue;
    }
    const half = index.half(a, b, reference);
    if (half < 0) {
      sink('uncertain', a, b, Number.NaN, Number.NaN, Number.NaN, 'no_mm');
      continue;
    }
    const value = index.value(a, b, reference);
    const maybe = stacked > NOT_ON;
    const low = maybe ? 0 : Math.max(0, value - half);
    const kind = decide(low, value + half, threshold);
    sink(kind, a, b, value, half, sign * (value - threshold), maybe ? 'maybe_stacked' : 'measured');
  }
}

const anything = (selector: string | undefined) => selector !== undefined && normalSelector(selector) === ANYTHING;

export const speaksOfAnything = (c: Condition): boolean => anything(c.object1) || anything(c.object2);

/** One of the two is a coaster or mat, and the rule speaks of any object: standing on it is no matter. */
export function sparesSurface(ctx: ConditionContext, a: number, b: number): boolean {
  const { index, condition } = ctx;
  const flat = (entity: number) => FLAT_SURFACES.has(index.entities[entity]!.class);
  return (anything(condition.object2) && flat(b)) || (anything(condition.object1) && flat(a));
}

export function explainDistance(ctx: ConditionContext, bound: Bound, f: PairResult): string {
  const threshold = ctx.condition.value ?? 0;
  const [a, b] = [nameOf(ctx, f.a), nameOf(ctx, f.b)];
  const requirement =
    bound === 'min'
      ? `at least ${requiredOf(ctx, threshold)} is required`
      : `at most ${requiredOf(ctx, threshold)} is allowed`;
  if (f.code === 'stacked') return `${standing(ctx, f)}; ${requirement}`;
  if (f.code === 'no_mm') {
    const gap = gapPx(ctx.index.entities[f.a]!, ctx.index.entities[f.b]!);
    const seen =
      gap > 0 ? `the boxes of ${a} and ${b} are ${Math.round(gap)} px apart` : `the boxes of ${a} and ${b} touch`;
    return `${seen}; ${requirement}; ${noMillimetres(ctx)}`;
  }
  const length = lengthOf(ctx, f);
  const distance =
    ctx.condition.reference === 'centre'
      ? `the centre of ${a} is ${length} from the centre of ${b}`
      : `${a} is ${length} from ${b}`;
  if (f.code === 'maybe_stacked' && f.kind === 'uncertain' && !f.unseen) {
    return `${distance}, or ${standing(ctx, f)}; ${requirement}; the image cannot tell`;
  }
  return `${distance}; ${compared(f, requirement)}`;
}

function standing(ctx: ConditionContext, f: PairResult): string {
  const [lower, upper] = ctx.index.restsOn(f.a, f.b) >= ctx.index.restsOn(f.b, f.a) ? [f.b, f.a] : [f.a, f.b];
  return `${nameOf(ctx, upper)} stands on ${nameOf(ctx, lower)} (probability ${probability(ctx.index.stacked(f.a, f.b))})`;
}

/** Two digits, and never a rounded 1 for what is less. */
export const probability = (p: number): string => (p < 1 && p > 0.99 ? '> 0.99' : `${Number(p.toFixed(2))}`);
