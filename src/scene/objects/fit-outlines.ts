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
 * weighted by how much of its outline lies on edges. One that cannot be fitted stays as the box has it. Of what is not round
 * few guesses lie as the thing does: those that the image likes are drawn and fitted again (sampling importance resampling).
 */
export function fitOutlines(
  guesses: readonly BoxGuess[],
  gradient: ImageGradient,
  { scaleSigma, share }: { readonly scaleSigma: number; readonly share: number },
) {
  const count = Math.max(12, Math.round(FITTED * share));
  const chosen = resampled(temperedWeights(guesses.map((g) => g.log)), count).map((index) => guesses[index]!);
  const first = chosen.map((guess, i) => fitted(guess, { ...guess.drawn, turn: 0, deep: 0 }, null, errorsOf(i)));
  const weights = temperedWeights(first.map((f) => OUTLINE_LOG * f.support));
  if (first.every(({ body, p, q }) => typeof body.base(p, q) === 'number')) return weighted(first, weights);

  const again = resampled(weights, count);
  const second = again.map((index, i) => {
    const guess = chosen[index]!;
    const { sides } = chosen[(OTHER_BOX * i + 1) % count]!;
    return fitted({ ...guess, sides }, drawnAgain(guess.body, scaleSigma, i), first[index]!.fit, errorsOf(FITTED + i));
  });
  // What was drawn oftener counts for less each time.
  const logs = second.map((f, i) => OUTLINE_LOG * f.support - Math.log(weights[again[i]!]!));
  return weighted(second, temperedWeights(logs));

  /** `from`: where an earlier round ended; null: as the box has it. */
  function fitted(guess: BoxGuess, drawn: Drawn, from: OutlineFit | null, errors: readonly number[]) {
    checkpoint();
    const { body, camera, sides, p, q, at } = guess;
    const start = from ?? { p, q, at, turn: 0, deeper: 1 };
    const prior = { ...drawn, ...sizePrecision(body, scaleSigma) };
    const fit = fitOutline(body, camera, start, { gradient, sides, prior, errors });
    const end = fit ?? start;
    return { body: refined(body, end), p: end.p, q: end.q, at: end.at, support: fit?.support ?? 0, fit };
  }
}

/** Noisy copies of the box are dealt out anew, so that none stays with its guess. */
const OTHER_BOX = 7;

function weighted<T extends { readonly fit: OutlineFit | null }>(all: readonly T[], weights: readonly number[]) {
  return all.map(({ fit: _, ...pose }, i) => ({ ...pose, weight: weights[i]! }));
}

/** Of the open sizes, and of turn and depth in standard deviations from the body's own. */
interface Drawn {
  readonly p: number;
  readonly q: number;
  readonly turn: number;
  readonly deep: number;
}

function drawnAgain({ p, q, qIsLength }: Body, scaleSigma: number, index: number): Drawn {
  const [common, a, b, turn, deep] = errorsOf(2 * FITTED + index) as [number, number, number, number, number];
  const scale = scaleSigma * common;
  return { p: p.mean + p.sd * a + scale, q: q.mean + q.sd * b + (qIsLength ? scale : 0), turn, deep };
}

/** The same body, turned farther and with a deeper base. */
function refined(body: Body, { turn, deeper }: Pick<OutlineFit, 'turn' | 'deeper'>): Body {
  if (turn === 0 && deeper === 1) return body;
  const c = Math.cos(turn);
  const s = Math.sin(turn);
  const turned = ({ x, y }: Point): Point => ({ x: c * x - s * y, y: s * x + c * y });
  return {
    ...body,
    hull: (p, q, out) => {
      const n = body.hull(p, q, out, deeper);
      for (let i = 0; i < n; i += 3) {
        const { x, y } = turned({ x: out[i]!, y: out[i + 1]! });
        out[i] = x;
        out[i + 1] = y;
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
