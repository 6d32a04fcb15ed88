import type { Box } from '../../contract/detection.ts';
import type { ImageGradient } from '../../contract/image-gradient.ts';
import type { Mat3 } from '../types.ts';

/**
 * How a rectangular object lies, from the image inside its box: on the table its sides run in two directions at right
 * angles, and so do most lines printed or built on it. A raised plane is the table's seen larger from the eye's foot, so
 * directions are the same on it.
 */

/** Likelihoods of a turn modulo a right angle, one for each degree, mean 1. */
export type TurnLikelihood = readonly number[];

const QUARTER = 90;
/** Sobel steps below this are noise of the camera, not edges. */
const WEAKEST = 24;
/** Fewer votes than this share of the box's pixels show no sides. */
const LEAST_VOTES = 0.02;
/** Blur of the votes, degrees: how exactly a pixel's gradient shows a side's direction. */
const BLUR = 2.5;
/** How much more the best turn is believed than the others, as a power of its votes. */
const POWER = 6;
/** Share of the boxes whose strongest lines are not the object's sides. */
const ODD = 0.08;

/** Null where the box shows too few edges. `homography`: pixels to the table. `spread`: of the table's own directions, degrees. */
export function turnLikelihood(
  gradient: ImageGradient,
  [x1, y1, x2, y2]: Box,
  homography: Mat3,
  spread: number,
): TurnLikelihood | null {
  const { width, height, scaleX, scaleY } = gradient;
  const H = homography;
  const left = Math.max(1, Math.ceil(x1 * scaleX));
  const right = Math.min(width - 2, Math.floor(x2 * scaleX));
  const top = Math.max(1, Math.ceil(y1 * scaleY));
  const bottom = Math.min(height - 2, Math.floor(y2 * scaleY));
  const votes = new Float64Array(QUARTER);
  let count = 0;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const i = y * width + x;
      const gx = gradient.x[i]!;
      const gy = gradient.y[i]!;
      if (Math.abs(gx) + Math.abs(gy) < WEAKEST) continue;
      const u = (x + 0.5) / scaleX;
      const v = (y + 0.5) / scaleY;
      const w = H[6] * u + H[7] * v + H[8];
      const X = (H[0] * u + H[1] * v + H[2]) / w;
      const Y = (H[3] * u + H[4] * v + H[5]) / w;
      // The edge runs across the gradient: (-gy, gx) as pixels of the image, mapped by the homography's derivative.
      const tx = -gy / scaleX;
      const ty = gx / scaleY;
      const tw = H[6] * tx + H[7] * ty;
      const dx = (H[0] * tx + H[1] * ty - X * tw) / w;
      const dy = (H[3] * tx + H[4] * ty - Y * tw) / w;
      const degrees = (((Math.atan2(dy, dx) * 180) / Math.PI) % QUARTER) + QUARTER;
      const whole = Math.floor(degrees);
      const part = degrees - whole;
      const m = Math.hypot(gx, gy);
      votes[whole % QUARTER]! += m * (1 - part);
      votes[(whole + 1) % QUARTER]! += m * part;
      count++;
    }
  }
  if (count < LEAST_VOTES * (right - left) * (bottom - top) || count < 20) return null;
  const seen = blurred(votes, BLUR);
  const most = Math.max(...seen);
  if (!(most > 0) || !Number.isFinite(most)) return null;
  const believed = blurred(
    seen.map((v) => (v / most) ** POWER),
    spread,
  );
  const mean = believed.reduce((s, v) => s + v, 0) / QUARTER;
  return believed.map((v) => ODD + ((1 - ODD) * v) / mean);
}

/** Around the quarter turn, with a normal curve of so many degrees. */
function blurred(values: ArrayLike<number>, sd: number): number[] {
  if (sd < 0.2) return Array.from(values);
  const reach = Math.min(44, Math.ceil(3.5 * sd));
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-0.5 * ((k - reach) / sd) ** 2));
  const sum = kernel.reduce((s, k) => s + k, 0);
  return Array.from(values, (_, i) =>
    kernel.reduce((s, k, j) => s + (k * values[(i + j - reach + QUARTER) % QUARTER]!) / sum, 0),
  );
}

/**
 * Turns in radians, as a function of a number in 0..1, that have this density over a full turn (one value for each degree
 * from -180 on) times the likelihood.
 */
export function turnQuantile(prior: (radians: number) => number, likelihood: TurnLikelihood): (u: number) => number {
  const cumulative = new Float64Array(361);
  for (let d = 0; d < 360; d++) {
    const at = ((d - 180) * Math.PI) / 180;
    cumulative[d + 1] = cumulative[d]! + prior(at) * likelihood[d % QUARTER]!;
  }
  const all = cumulative[360]!;
  return (u) => {
    const wanted = u * all;
    let low = 0;
    let high = 360;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! <= wanted) low = middle;
      else high = middle;
    }
    const step = cumulative[high]! - cumulative[low]!;
    const part = step > 0 ? (wanted - cumulative[low]!) / step : 0.5;
    // A bin's value stands for the degree around it.
    return ((low + part - 0.5 - 180) * Math.PI) / 180;
  };
}
