import { checkpoint } from '../../checkpoint.ts';
import type { ImageGradient } from '../../contract/image-gradient.ts';
import type { Camera } from '../calibration/camera.ts';
import { generator, normalQuantile } from '../math/samples.ts';
import { resampled, temperedWeights } from '../math/weights.ts';
import type { Point } from '../types.ts';
import type { Body } from './body.ts';
import { fitOutline, OUTLINE_ERRORS, type OutlineFit, type Side } from './outline.ts';

/** A place and shape that explains a noisy copy of the box. */
export interface BoxGuess {
  readonly body: Body;
  readonly p: number;
  readonly q: number;
  readonly at: Point;
  /** Log likelihood up to a constant. */
  readonly log: number;
  readonly camera: Camera;
  /** The open sizes that this guess was drawn with. */
  readonly drawn: { readonly p: number; readonly q: number };
  readonly sides: readonly (Side | null)[];
}

/** So many guesses are fitted to the image. */
const FITTED = 48;
/** Log likelihood of an outline that lies on edges all around, against one that lies on none. */
const OUTLINE_LOG = 15;

/**
 * The likeliest guesses, each fitted to the edges of the image with errors of its own (randomised maximum likelihood), and
 * weighted by how much of its outline lies on edges. One that cannot be fitted stays as the box has it.
 */
export function fitOutlines(
  guesses: readonly BoxGuess[],
  gradient: ImageGradient,
  { scaleSigma, share }: { readonly scaleSigma: number; readonly share: number },
) {
  const chosen = resampled(temperedWeights(guesses.map((g) => g.log)), Math.max(12, Math.round(FITTED * share)));
  const fitted = chosen.map((index, i) => {
    checkpoint();
    const { body, p, q, at, camera, drawn, sides } = guesses[index]!;
    const prior = { ...drawn, ...sizePrecision(body, scaleSigma) };
    const fit = fitOutline(body, camera, { p, q, at }, { gradient, sides, prior, errors: errorsOf(i) });
    if (fit === null) return { body, p, q, at, support: 0 };
    return { body: refined(body, fit), p: fit.p, q: fit.q, at: fit.at, support: fit.support };
  });
  const weights = temperedWeights(fitted.map((g) => OUTLINE_LOG * g.support));
  if ((globalThis as any).HYP) (globalThis as any).HYP.push(fitted.map((g, i) => ({ ...g, weight: weights[i]! })));
  return fitted.map((g, i) => ({ ...g, weight: weights[i]! }));
}

/** The same body, turned farther and with a deeper base. */
function refined(body: Body, { turn, deeper }: OutlineFit): Body {
  if (turn === 0 && deeper === 1) return body;
  const c = Math.cos(turn);
  const s = Math.sin(turn);
  const turned = ({ x, y }: Point): Point => ({ x: c * x - s * y, y: s * x + c * y });
  return {
    ...body,
    hull: (p, q, out) => {
      const n = body.hull(p, q, out, deeper);
      for (let i = 0; i < n; i += 3) {
        const [x, y] = [out[i]!, out[i + 1]!];
        out[i] = c * x - s * y;
        out[i + 1] = s * x + c * y;
      }
      return n;
    },
    base: (p, q) => {
      const base = body.base(p, q, deeper);
      return typeof base === 'number' ? base : base.map(turned);
    },
  };
}

/** Inverse covariance of the open sizes: an error of the scale is common to both where both are lengths. */
function sizePrecision(body: Body, scaleSigma: number) {
  const common = scaleSigma ** 2;
  const pp = body.p.sd ** 2 + common;
  const pq = body.qIsLength ? common : 0;
  const qq = body.q.sd ** 2 + pq;
  const det = pp * qq - pq * pq;
  return { pp: qq / det, pq: -pq / det, qq: pp / det };
}

const drawnErrors: number[][] = [];

/** Standard normal numbers, always the same for the same guess. */
function errorsOf(index: number): readonly number[] {
  let found = drawnErrors[index];
  if (found === undefined) {
    const random = generator(977 + index);
    found = Array.from({ length: OUTLINE_ERRORS }, () => normalQuantile(0.001 + 0.998 * random()));
    drawnErrors[index] = found;
  }
  return found;
}
