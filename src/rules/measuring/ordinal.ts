import { UNKNOWN_BOX_NOISE } from '../../contract/box-noise.ts';
import type { Operator } from '../../contract/rule.ts';
import { Z90 } from '../../contract/verdict.ts';
import type { SceneObject } from '../../scene/types.ts';
import { atLeast, BEYOND } from '../interval.ts';
import { probabilityOf } from '../probability.ts';
import { shape } from '../statement.ts';
import { compareOrder } from './order-intervals.ts';
import { eachOrderedPair, movedEither } from './pairs.ts';
import type { ConditionContext, OperatorSpec, ResultSink } from './spec.ts';
import { nameOf, noMillimetres, rangeOf, requiredOf, state } from './words.ts';

/** left_of, right_of, in_front_of, behind: one axis and one sense each, as the camera sees the table. */
export interface Axis {
  readonly name: Operator;
  readonly mirror: Operator;
  readonly axis: 'x' | 'y';
  /** +1: a lies farther along the axis than b when the rule holds. */
  readonly sign: 1 | -1;
  /** "Left of", in the name of a rule */
  readonly title: string;
  /** "to the left" */
  readonly side: string;
  /** "to the left of" */
  readonly words: string;
  readonly opposite: string;
  /** "to the right" */
  readonly otherSide: string;
}

/**
 * The middle of A lies beyond the middle of B by at least `value` mm (0 unless said). On the table with millimetres;
 * without them by the boxes: their middles for left and right, their lower edges, where objects touch the table, for
 * front and behind.
 */
export function ordinal(relation: Axis): OperatorSpec {
  const { axis, sign } = relation;
  return {
    name: relation.name,
    shape: shape('direction'),
    bound: 'least',
    mirror: relation.mirror,
    type: 'placement',
    hazard: 'placement',
    title: (_, first, second) => `${first} ${relation.title} ${second}`,
    canonical: (_, p) => `every ${p.one} is ${relation.words} ${p.everySecond}`,
    action: (c) => ({ type: 'move', parameters: { side: relation.name, reference: c.object2 ?? '' } }),
    fault: (_, other) => `not ${relation.words} ${other}`,
    unit: 'mm',
    ends: 'centres',
    subject: 'pair',
    required: (condition) => condition.value ?? 0,
    evaluate: (ctx, sink) => evaluateOrder(ctx, relation, sink),
    evaluateMoved(ctx, moved, sink) {
      for (const part of movedEither(ctx, moved)) evaluateOrder(part, relation, sink);
    },
    compare: (ctx) => compareOrder(ctx, relation),
    explain(ctx, f) {
      const [a, b] = [nameOf(ctx, f.a), nameOf(ctx, f.b)];
      const threshold = ctx.condition.value ?? 0;
      const place = `${relation.words} ${b}`;
      const words =
        threshold > 0
          ? { good: `far enough ${place}`, bad: `not far enough ${place}` }
          : { good: place, bad: `not ${place}` };
      if (f.code === 'measured') {
        const { range, required } = rangeOf(ctx, f, threshold, [relation.otherSide, relation.side]);
        return `${a} ${state(f, words)}: ${range}${threshold > 0 ? `, needs at least ${required}` : ''}`;
      }
      if (f.code === 'pixels') return `${a} ${state(f, words)} in the image`;
      const requirement =
        threshold > 0
          ? `needs at least ${requiredOf(ctx, threshold)} ${relation.side}`
          : `${relation.side} is required`;
      const px = sign * offsetPx(ctx, axis, f.a, f.b);
      const seen = `${a} is ${Math.round(Math.abs(px))} px ${px < 0 ? relation.opposite : relation.words} ${b} in the image`;
      return `${seen}; ${requirement}; ${noMillimetres(ctx)}`;
    },
  };
}

function evaluateOrder(ctx: ConditionContext, { axis, sign }: Axis, sink: ResultSink): void {
  const { index } = ctx;
  const threshold = ctx.condition.value ?? 0;
  const least = threshold > 0 ? threshold : BEYOND;
  eachOrderedPair(ctx, (a, b) => {
    const known = index.half(a, b, axis);
    if (known >= 0) {
      const value = sign * index.value(a, b, axis);
      sink(atLeast(value - known, value + known, least), a, b, value, known, value - threshold, 'measured');
      return;
    }
    const px = sign * offsetPx(ctx, axis, a, b);
    const half = Z90 * Math.hypot(noisePx(index.entities[a]!, axis), noisePx(index.entities[b]!, axis));
    const order = atLeast(px - half, px + half, BEYOND);
    const kind = order === 'satisfied' && threshold > 0 ? 'uncertain' : order;
    const probability = threshold > 0 ? Number.NaN : probabilityOf(px, half);
    const code = kind === order ? 'pixels' : 'no_mm';
    sink(kind, a, b, Number.NaN, Number.NaN, Number.NaN, code, undefined, probability);
  });
}

function offsetPx(ctx: ConditionContext, axis: 'x' | 'y', a: number, b: number): number {
  return placePx(ctx.index.entities[a]!, axis) - placePx(ctx.index.entities[b]!, axis);
}

const placePx = ({ bbox }: SceneObject, axis: 'x' | 'y') => (axis === 'x' ? (bbox[0] + bbox[2]) / 2 : bbox[3]);

/** Standard error of that place, px: of the mean of two box edges, or of one. */
function noisePx({ bbox }: SceneObject, axis: 'x' | 'y'): number {
  const size = axis === 'x' ? (bbox[2] - bbox[0]) / Math.SQRT2 : bbox[3] - bbox[1];
  return UNKNOWN_BOX_NOISE.sigma * size;
}
