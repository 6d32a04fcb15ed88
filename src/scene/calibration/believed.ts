import type { BoxNoise } from '../../contract/box-noise.ts';
import { apply, inverse, multiply } from '../math/mat3.ts';
import type { Calibration, Mat3, Point } from '../types.ts';
import { cameraOf, type ImageGeometry } from './camera.ts';
import { logSine, type Moments, type Reference } from './camera-posterior.ts';
import { type ObjectsSay, objectsSay } from './objects-say.ts';
import { between, errorModes, onPlane, upright } from './plane.ts';

/** From this probability on that a calibration is wrong its errors allow for it; of right ones 1 to 3 % arouse as much doubt. */
const ALLOWED_FOR = 0.2;
/** From here on it is said, and nothing is promised. */
const SAID = 0.5;
/** Where lengths are wrong by more than this factor either way, no error bar makes them useful. */
const MOST_WRONG = 2;
/** Half width of the stated interval in standard errors. */
const Z90 = 1.6449;
const NAMED = 4;

/** A calibration as far as the objects of known size in the picture bear it out. */
export type Believed = { readonly calibration: Calibration } | { readonly refused: string; readonly advice: string };

/**
 * A given, stored or printed calibration that the objects contradict: its errors cover both what it says and what they say,
 * and the reason tells. One whose lengths are wrong beyond use, and a sheet, which nobody vouched for, are refused.
 */
export function believed(
  calibration: Calibration,
  image: ImageGeometry,
  references: readonly Reference[],
  noise: BoxNoise,
): Believed {
  const said = objectsSay(calibration, image, references, noise);
  const doubt = said === null ? 0 : 1 - said.right;
  if (said === null || doubt < ALLOWED_FOR) return { calibration };
  const words = calibration.source === 'stored' ? STORED : GIVEN[calibration.method];
  // One thing alone may have a wrong name: then errors say it all.
  const alone = said.objects.length === 1;
  const why = doubt < SAID || alone ? null : contradiction(words, said);
  const factor = said.factor[1];
  const useless = calibration.method === 'marker' || Math.max(factor, 1 / factor) > MOST_WRONG;
  if (why !== null && useless) return { refused: why, advice: words.check };
  const most = doubt < SAID ? MOST_WRONG : Number.POSITIVE_INFINITY;
  return {
    calibration: widened(
      calibration,
      image,
      { ...said, factor: within(said.factor, most) },
      why && `${why}. The errors allow for both: ${words.check}`,
    ),
  };
}

const within = ([low, middle, high]: ObjectsSay['factor'], most: number): ObjectsSay['factor'] => [
  Math.max(1 / most, low),
  middle,
  Math.min(most, high),
];

function widened(calibration: Calibration, image: ImageGeometry, said: ObjectsSay, reason: string | null): Calibration {
  const [low, , high] = said.factor;
  const sigma = Math.max(high - 1, 1 - low) / Z90;
  const mode = said.view < ALLOWED_FOR ? null : towards(calibration.homography!, image, said);
  const { view } = calibration;
  const [shorter, longer] = [low, high].map((f) => Number(f.toPrecision(2)));
  return {
    ...calibration,
    scaleSigma: Math.max(calibration.scaleSigma ?? 0, sigma),
    assumptions: [
      ...calibration.assumptions,
      `the objects of known size speak for lengths of ${shorter} to ${longer} times the given ones: the errors allow for that`,
    ],
    ...(view && mode && { view: { ...view, modes: [...view.modes, mode] } }),
    ...(reason !== null && {
      reason: [calibration.reason, reason].filter((r) => r !== null).join(' '),
      contradicted: true,
    }),
  };
}

/** What the objects' own camera makes of the table besides its scale: an error of one sigma, by its probability. */
function towards(homography: Mat3, image: ImageGeometry, { own, middle, view }: ObjectsSay): Mat3 | null {
  const other = planeOfMoments(own, image);
  const front = { x: image.width / 2, y: image.height };
  if (other === null || !onPlane(other, middle, front) || !onPlane(homography, middle, front)) return null;
  // Both with x to the right of the image, then as the given frame is turned.
  const back = inverse(upright(homography, middle));
  const turned = back && multiply(back, multiply(upright(other, middle), other));
  if (turned === null) return null;
  const placed = shiftedTo(turned, apply(homography, middle), middle);
  return errorModes(homography, [between(homography, placed, Math.sqrt(view), middle)], middle).modes[0] ?? null;
}

function planeOfMoments(own: Moments, { width, height }: ImageGeometry): Mat3 | null {
  const focalPx = Math.exp(own.logFocal);
  const heightMm = Math.exp(own.logRange + logSine(own.v, own.tilt, focalPx));
  return cameraOf({ width, height, focalPx, tilt: own.tilt, roll: 0, heightMm })?.homography ?? null;
}

function shiftedTo(homography: Mat3, to: Point, px: Point): Mat3 {
  const at = apply(homography, px);
  return multiply([1, 0, to.x - at.x, 0, 1, to.y - at.y, 0, 0, 1], homography);
}

/** How a calibration is called, what verb goes with it, and what to do about one that is wrong. */
interface Words {
  readonly it: string;
  readonly many: boolean;
  readonly check: string;
}

const STORED: Words = {
  it: 'The stored calibration',
  many: false,
  check: 'make a new one if the camera was moved, turned or zoomed since, or take its points and units again.',
};

const GIVEN: Readonly<Record<Calibration['method'], Words>> = {
  homography: {
    it: 'The given points',
    many: true,
    check: 'check the units, the order of the points, and that they lie on the table.',
  },
  camera: {
    it: 'The given height and tilt',
    many: true,
    check: 'check the height (mm over the table), the tilt (from straight down) and the focal length.',
  },
  scale: { it: 'The given mm_per_pixel', many: false, check: 'check it, or give a rectangle of known size.' },
  marker: {
    it: 'The printed sheet',
    many: false,
    check: 'lay one sheet flat on the table, true to size, or take it out of the picture.',
  },
  known_objects: { it: 'The objects', many: true, check: '' },
  none: { it: 'Nothing', many: false, check: '' },
};

/** Differences of scale below this are none to speak of. */
const SAME_SCALE = 1.15;
const DEGREES = 180 / Math.PI;

function contradiction({ it, many }: Words, { objects, factor: [, factor], own }: ObjectsSay): string {
  const agree = objects.filter((o) => o.fitsFactor).toSorted((a, b) => b.precision - a.precision);
  const ids = agree.slice(0, NAMED).map((o) => o.id);
  const by = `the objects of known size${ids.length === 0 ? '' : ` (${ids.join(', ')})`}`;
  const says = `${it} contradict${many ? '' : 's'} ${by}`;
  if (Math.max(factor, 1 / factor) < SAME_SCALE)
    return `${says}: these look as by a camera that is tilted about ${Math.round(own.tilt * DEGREES)} degrees from straight down`;
  const example = agree.find((o) => !o.fits && o.widthMm !== null) ?? agree.find((o) => o.widthMm !== null);
  const made =
    example === undefined
      ? ''
      : `${many ? 'they make' : 'it makes'} ${example.id} about ${widthWords(example.widthMm!)} wide, and `;
  return `${says}: ${made}by them lengths are about ${timesWords(factor)}`;
}

function timesWords(factor: number): string {
  const times = Math.max(factor, 1 / factor);
  const way = factor < 1 ? 'smaller' : 'larger';
  if (times < 1.95) return `${Math.round(100 * Math.abs(factor - 1))} % ${way}`;
  return `${Number(times.toPrecision(2))} times ${way}`;
}

const widthWords = (mm: number): string =>
  mm < 10
    ? `${Number(mm.toPrecision(1))} mm`
    : mm < 1000
      ? `${Number((mm / 10).toPrecision(2))} cm`
      : `${Number((mm / 1000).toPrecision(2))} m`;
