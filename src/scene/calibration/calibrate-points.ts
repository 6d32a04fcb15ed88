import { AppError } from '../../errors.ts';
import { signedArea2 } from '../math/geometry.ts';
import { apply, inverse, multiply } from '../math/mat3.ts';
import type { Calibration, Mat3, Point } from '../types.ts';
import { axes, focalOf, type ImageGeometry, inverseSquareFocal } from './camera.ts';
import { homographyOf } from './dlt.ts';
import { focalWords } from './focal-words.ts';
import { between, errorModes, scaleAt, upright } from './plane.ts';
import { type SheetCamera, sheetCameras } from './sheet-camera.ts';

/** Sides of known sheets, mm: ISO 216 A4, US Letter (ANSI A), ISO/IEC 7810 ID-1 card. */
export const SHEETS = { a4: [210, 297], letter: [215.9, 279.4], card: [85.6, 53.98] } as const;

/** Standard error of a corner that somebody marked, as a fraction of the image's diagonal. */
export const CORNER_SIGMA = 0.0025;
/** Relative standard error of a known sheet's size, and of sizes that somebody measured. */
const SHEET_SIGMA = 0.002;
const MEASURED_SIGMA = 0.005;

export type { ImageGeometry };

type Pair = readonly [number, number];
type Four = readonly [Pair, Pair, Pair, Pair];

const points = (four: Four): Point[] => four.map(([x, y]) => ({ x, y }));

/** Four table points whose places are known. Throws CALIBRATION_001 for points that no camera over a table can show. */
export function calibrateFourPoints(image: ImageGeometry, px: Four, mm: Four): Calibration {
  const from = points(px);
  const to = points(mm);
  checkQuad(from, 'points_px', 1e-4 * image.width * image.height);
  checkQuad(to, 'points_mm', 1);
  if (signedArea2(from) * signedArea2(to) < 0) {
    throw refuse(
      'points_mm',
      'The points run the other way round in millimetres than in pixels: y must grow toward the viewer.',
    );
  }
  return build(image, from, to, { sizeSigma: MEASURED_SIGMA, references: ['four table points'] });
}

/** A rectangle on the table by its corners in order around it. */
export function calibrateRectangle(image: ImageGeometry, px: Four, size: Pair | keyof typeof SHEETS): Calibration {
  const from = points(px);
  checkQuad(from, 'rectangle_px', 1e-5 * image.width * image.height);
  if (typeof size !== 'string') {
    if (!(Math.min(...size) >= 1 && Math.max(...size) <= 50_000))
      throw refuse('size_mm', 'Sides must be 1 to 50000 mm long.');
    const references = [`rectangle ${size[0]} x ${size[1]} mm`];
    const to = corners(from, size);
    return build(image, from, to, { sizeSigma: MEASURED_SIGMA, references, rigid: [to] });
  }
  const [short, long] = SHEETS[size];
  const both = [corners(from, [short, long]), corners(from, [long, short])].map((to) => ({
    to,
    misfit: misfit(homographyOf(from, to), image),
  }));
  both.sort((a, b) => a.misfit - b.misfit);
  const assumptions =
    both[1]!.misfit - both[0]!.misfit < 4
      ? ['which side of the sheet is the long one could not be told for sure from the corners']
      : [];
  return build(image, from, both[0]!.to, {
    sizeSigma: SHEET_SIGMA,
    references: [`${size} sheet`.replace('card sheet', 'card (ID-1)')],
    assumptions,
    rigid: both.map((b) => b.to),
  });
}

/** The rectangle's corners on the table, running the same way round as in the image. */
function corners(px: readonly Point[], [first, second]: Pair): Point[] {
  const h = signedArea2(px) < 0 ? -second : second;
  return [
    { x: 0, y: 0 },
    { x: first, y: 0 },
    { x: first, y: h },
    { x: 0, y: h },
  ];
}

function refuse(field: string, message: string): AppError {
  return new AppError('CALIBRATION_001', { message, details: { field } });
}

/** Convex, finite, not flat, no three corners on a line. */
function checkQuad(quad: readonly Point[], field: string, leastArea: number): void {
  if (!quad.every((p) => Math.abs(p.x) < 1e6 && Math.abs(p.y) < 1e6))
    throw refuse(field, 'A point is not a usable number.');
  const turns = quad.map((p, i) => {
    const q = quad[(i + 1) % 4]!;
    const r = quad[(i + 2) % 4]!;
    const cross = (q.x - p.x) * (r.y - q.y) - (q.y - p.y) * (r.x - q.x);
    return cross / (Math.hypot(q.x - p.x, q.y - p.y) * Math.hypot(r.x - q.x, r.y - q.y) || 1);
  });
  // A corner of less than two degrees says nothing about the plane.
  const flat = Math.sin((2 * Math.PI) / 180);
  const convex = turns.every((t) => t > flat) || turns.every((t) => t < -flat);
  if (!convex || Math.abs(signedArea2(quad)) / 2 < leastArea) {
    throw refuse(field, 'The four points are not the corners of a convex shape, in order around it.');
  }
}

/** How badly a homography fits a camera with square pixels whose focal length is as expected; a chi-square. */
function misfit(homography: Mat3 | null, image: ImageGeometry): number {
  if (homography === null) return Number.POSITIVE_INFINITY;
  const { focalPx, focalSigma } = focalOf(image);
  let best = Number.POSITIVE_INFINITY;
  for (let z = -2.5; z <= 2.5; z += 0.25) {
    const { stretch, skew } = distortion(homography, focalPx * Math.exp(z * focalSigma), image);
    best = Math.min(best, (stretch / 0.03) ** 2 + (skew / 0.03) ** 2 + z * z);
  }
  return best;
}

/** What keeps the homography from being an image of a plane: unequal axes (log ratio) and their skew (cosine). */
function distortion(homography: Mat3, focalPx: number, image: ImageGeometry): { stretch: number; skew: number } {
  const m = inverse(homography);
  if (m === null) return { stretch: 9, skew: 9 };
  const { b1, b2 } = axes(m, focalPx, image.width, image.height);
  const n1 = Math.hypot(...b1);
  const n2 = Math.hypot(...b2);
  return { stretch: Math.log(n1 / n2), skew: (b1[0] * b2[0] + b1[1] * b2[1] + b1[2] * b2[2]) / (n1 * n2) };
}

interface Given {
  /** Relative standard error of the lengths. */
  readonly sizeSigma: number;
  readonly references: readonly string[];
  readonly assumptions?: readonly string[];
  /**
   * What the corners may be: the most probable camera before one of these is taken, which a small sheet needs; four corners of
   * a card alone bend the plane far from it at will. Points that somebody measured lie where they were given.
   */
  readonly rigid?: readonly (readonly Point[])[];
}

/** A camera that shows the corners farther off than so many of their standard errors is not taken. */
const MAX_MISFIT = 2;

function build(
  image: ImageGeometry,
  from: readonly Point[],
  to: readonly Point[],
  { sizeSigma, references, assumptions = [], rigid = [] }: Given,
): Calibration {
  const { width, height } = image;
  const first = homographyOf(from, to);
  if (first === null) throw refuse('points', 'No camera over a table shows these points.');
  const middle = { x: from.reduce((s, p) => s + p.x / 4, 0), y: from.reduce((s, p) => s + p.y / 4, 0) };
  const turned = upright(first, middle);
  const plain = multiply(turned, first);
  const sigma = CORNER_SIGMA * Math.hypot(width, height);
  const moves: (Mat3 | null)[] = [];
  for (let i = 0; i < 8; i++) {
    const moved = from.map((p, j) =>
      j === i >> 1 ? { x: p.x + (i & 1 ? 0 : sigma), y: p.y + (i & 1 ? sigma : 0) } : p,
    );
    const other = homographyOf(moved, to);
    moves.push(other === null ? null : multiply(turned, other));
  }
  if (scaleAt(plain, middle) === null || !plain.every(Number.isFinite))
    throw refuse('points', 'No camera over a table shows these points.');
  const told = refineFocal(plain, moves, image);
  const { stretch, skew } = distortion(plain, told.focalPx, image);
  const expected = Math.hypot(
    ...moves.flatMap((other) => {
      if (other === null) return [];
      const d = distortion(other, told.focalPx, image);
      return [d.stretch - stretch, d.skew - skew];
    }),
    0.02,
    told.focalSigma * 0.3,
  );
  const off = Math.hypot(stretch, skew);
  const contradicted = off > 3 * expected;
  const [camera, ...others] = contradicted ? [] : camerasBefore(rigid, from, image, { sigma, middle });
  const homography = camera ? multiply(turned, camera.homography) : plain;
  const alternatives = camera ? [...camera.alternatives, ...others].map((m) => multiply(turned, m)) : moves;
  const focal = camera ? { ...camera, known: told.known } : told;
  const { modes, scaleSigma } = errorModes(homography, alternatives, middle);
  const size = Math.sqrt(Math.abs(signedArea2(to)) / 2);
  return {
    method: 'homography',
    source: 'request',
    homography,
    mmPerPixel: scaleAt(homography, { x: width / 2, y: height / 2 }) ?? scaleAt(homography, middle),
    scaleSigma: Math.hypot(scaleSigma, sizeSigma, contradicted ? off / 2 : 0),
    residualMm: (off * size) / 2,
    references,
    assumptions: [
      `corners are right to ${sigma.toFixed(1)} px (one sigma)`,
      focal.known ? focalWords(image) : 'the focal length follows from the corners and from usual cameras',
      ...assumptions,
    ],
    reason: contradicted
      ? `The corners do not fit an uncropped image of a flat rectangle of that size: check their order and the size. Its sides are off by ${Math.round(100 * off)} % against each other, which is in the stated error.`
      : null,
    ...(contradicted && { contradicted: true }),
    view: {
      width,
      height,
      focalPx: focal.focalPx,
      focalSigma: focal.focalSigma,
      modes: contradicted ? [...modes, stretched(apply(homography, middle), off / 2)] : modes,
    },
  };
}

/**
 * The most probable camera that shows these corners, none where none does, and what the others would make of the plane, each
 * with an error of one sigma: as far from the first as its probability is large.
 */
function camerasBefore(
  rigid: readonly (readonly Point[])[],
  from: readonly Point[],
  image: ImageGeometry,
  { sigma, middle }: { readonly sigma: number; readonly middle: Point },
): [] | [SheetCamera, ...Mat3[]] {
  const found = rigid
    .flatMap((to) =>
      sheetCameras(
        from.map((px, i) => ({ px, mm: to[i]!, sigma })),
        image,
      ),
    )
    .filter((c) => c.misfit <= MAX_MISFIT)
    .sort((a, b) => a.energy - b.energy);
  const [best, ...others] = found;
  if (best === undefined) return [];
  const likely = found.map((c) => Math.exp((best.energy - c.energy) / 2));
  const all = likely.reduce((sum, p) => sum + p, 0);
  return [
    best,
    ...others.map((c, i) => between(best.homography, c.homography, Math.sqrt(likely[i + 1]! / all), middle)),
  ];
}

/** The table with its x axis longer and its y axis shorter by a share, around a point. */
function stretched(at: Point, share: number): Mat3 {
  const [longer, shorter] = [1 + share, 1 / (1 + share)];
  return [longer, 0, at.x * (1 - longer), 0, shorter, at.y * (1 - shorter), 0, 0, 1];
}

/** The focal length from EXIF or usual cameras and from the corners' perspective, each as far as it is known. */
function refineFocal(homography: Mat3, alternatives: readonly (Mat3 | null)[], image: ImageGeometry) {
  const prior = focalOf(image);
  const v0 = 1 / prior.focalPx ** 2;
  const s0 = (2 * prior.focalSigma * v0) ** 2;
  const seen = inverseSquareFocal(homography, image.width, image.height);
  if (seen === null) return prior;
  let variance = (0.05 * v0) ** 2;
  for (const other of alternatives) {
    const v = other === null ? null : inverseSquareFocal(other, image.width, image.height);
    variance += v === null ? v0 * v0 : (v - seen) ** 2;
  }
  const gain = s0 / (s0 + variance);
  const v = Math.max(v0 / 9, v0 + gain * (seen - v0));
  const sigma = Math.sqrt(s0 * (1 - gain)) / (2 * v);
  return { focalPx: 1 / Math.sqrt(v), focalSigma: Math.min(prior.focalSigma, sigma), known: prior.known };
}
