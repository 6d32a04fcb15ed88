import { checkpoint } from '../../checkpoint.ts';
import type { ImageGradient } from '../../contract/image-gradient.ts';
import type { Camera } from '../calibration/camera.ts';
import { generator, normalQuantile } from '../math/samples.ts';
import { resampled, temperedWeights } from '../math/weights.ts';
import type { Point } from '../types.ts';
import type { Body } from './body.ts';
import { fitOutline, OUTLINE_ERRORS, type Side } from './outline.ts';

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
  const first = chosen.map((index, i) => {
    const guess = guesses[index]!;
    return fitted(guess, { ...AS_DRAWN, ...guess.drawn }, guess, i);
  });
  const weights = temperedWeights(first.map((g) => OUTLINE_LOG * g.support));
  // A handful of guesses lies as the thing does: what the first round likes is drawn again, with errors of its own.
  const again = first.some((g) => typeof g.guess.body.base(g.fit.p, g.fit.q) !== 'number');
  const rounds = again ? resampled(weights, first.length).map((index, i) => ({ index, i })) : [];
  const second = rounds.map(({ index, i }) => {
    const { guess, fit, support } = first[index]!;
    const z = errorsOf(FITTED + i);
    const e = errorsOf(2 * FITTED + i);
    const scale = scaleSigma * e[0]!;
    const { body } = guess;
    const drawn = {
      p: body.p.mean + body.p.sd * e[1]! + scale,
      q: body.q.mean + body.q.sd * e[2]! + (body.qIsLength ? scale : 0),
      turn: e[3]!,
      deep: e[4]!,
    };
    void z;
    return { ...fitted({ ...guess, sides: guesses[chosen[(7 * i + 3) % chosen.length]!]!.sides }, drawn, support > 0 ? fit : guess, FITTED + i), log: -Math.log(weights[index]!) };
  });
  const all = again ? second : first.map((g) => ({ ...g, log: 0 }));
  const last = temperedWeights(all.map((g) => OUTLINE_LOG * g.support + g.log));
  const out = all.map(({ guess, fit, support }, i) => ({
    body: refined(guess.body, fit),
    p: fit.p,
    q: fit.q,
    at: fit.at,
    support,
    weight: last[i]!,
  }));
  if ((globalThis as any).HYP) (globalThis as any).HYP.push(out);
  return out;

  function fitted(guess: BoxGuess, drawn: Drawn, from: Pick<BoxGuess, 'p' | 'q' | 'at'> & { turn?: number; deeper?: number }, i: number) {
    checkpoint();
    const { body, camera, sides } = guess;
    const start = { p: from.p, q: from.q, at: from.at, turn: from.turn ?? 0, deeper: from.deeper ?? 1 };
    const prior = { ...drawn, ...sizePrecision(body, scaleSigma) };
    const fit = fitOutline(body, camera, start, { gradient, sides, prior, errors: errorsOf(i) });
    return { guess, fit: fit ?? start, support: fit?.support ?? 0 };
  }
}

interface Drawn {
  readonly p: number;
  readonly q: number;
  readonly turn: number;
  readonly deep: number;
}

const AS_DRAWN = { turn: 0, deep: 0 };

/** The same body, turned farther and with a deeper base. */
function refined(body: Body, { turn, deeper }: { readonly turn: number; readonly deeper: number }): Body {
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
