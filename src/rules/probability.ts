import { Z90 } from '../contract/verdict.ts';
import { normalCdf } from '../scene/math/samples.ts';
import type { PairResult } from './measuring/spec.ts';

/**
 * How sure a comparison is. The error of a length has the stated 90 % interval and heavier tails than a normal one: one in
 * twenty is three times as wide (Tukey's contaminated normal distribution, 1960). Joint draws of both footprints and of the
 * camera's errors told no more (docs/accuracy.md).
 */

/** From this probability on, and down to one minus it, a verdict is given. */
export const DECIDED = 0.95;

const ODD = 0.05;
const WIDER = 3;

/** Distribution function of a length's error in half widths of its 90 % interval. */
const cdf = (x: number): number => (1 - ODD) * normalCdf(x / CORE) + ODD * normalCdf(x / (WIDER * CORE));

/** Standard error of the usual ones in half widths, so that `cdf(1)` is 0.95. */
const CORE = 0.927_305 / Z90;

/** No measured length is surer than this: about one in a thousand is wrong however far the threshold lies. */
const SUREST = 0.999;

/** Probability that a length is on the required side when it is so far on it (negative: how much is missing), mm both. */
export function probabilityOf(margin: number, half: number): number {
  if (!(half > 0)) return margin >= 0 ? 1 : 0;
  const x = margin / half;
  if (x > FAR) return SUREST;
  if (x < -FAR) return 1 - SUREST;
  return Math.min(SUREST, Math.max(1 - SUREST, cdf(x)));
}

/** Half widths from which on nothing gets surer. */
const FAR = 4;

/** Probability that the rule holds for these objects; NaN: nobody knows, for one because of what an image does not show. */
export const holds = (f: PairResult): number => (f.unseen || f.untimed ? Number.NaN : heldAt(f));

/** The same by where things stand alone. */
export function heldAt({ probability, margin, half, code }: PairResult): number {
  if (!Number.isNaN(probability)) return probability;
  return code === 'measured' && !Number.isNaN(margin) && !Number.isNaN(half) ? probabilityOf(margin, half) : Number.NaN;
}

/**
 * The interval that a distance lies beyond with 95 % each way when with this probability it is none, because one stands on
 * the other: 0 then. For `DECIDED` at most; mm.
 */
export function besideInterval(value: number, half: number, standing: number): readonly [low: number, high: number] {
  const low = standing > 1 - DECIDED ? 0 : value - half * quantile(DECIDED / (1 - standing));
  return [Math.max(0, low), Math.max(0, value - half * quantile((1 - DECIDED) / (1 - standing)))];
}

function quantile(p: number): number {
  if (p >= 1) return FARTHEST;
  let [low, high] = [-FARTHEST, FARTHEST];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Half widths beyond which nothing lies. */
const FARTHEST = 20;
