import type { FocalBasis, FocalLength } from '../contract/focal-length.ts';
import type { LensFacts } from './lens-facts.ts';

/** The tag is rounded to millimetres, some makers go by the width instead of the diagonal, and lenses breathe. */
const STATED_SIGMA = 0.03;
/** Nobody says that the picture is whole. */
const UNCHECKED_SIGMA = 0.04;
const EDITED_SIGMA = 0.08;
/** What is left of a cropped picture need not lie around the lens's axis. */
const OFF_AXIS_SIGMA = 0.05;
/** With a larger error it says no more than what is usual (25 %). */
const WORST_SIGMA = 0.2;
/** Shapes that cameras make, longer side over shorter: 1:1, 4:3, 3:2, 16:9, and the screens of phones. */
const SHAPES = [1, 4 / 3, 3 / 2, 16 / 9, 2, 18.5 / 9, 19.5 / 9, 20 / 9];

/**
 * The focal length that belongs to the pixels of an image of this size (in either orientation), from what its file says of
 * the camera's picture. A 35 mm equivalent goes by the diagonal, so that another size changes nothing, and a part of the
 * picture has a longer one.
 */
export function focalLengthOf(facts: LensFacts | null, size: { width: number; height: number }): FocalLength {
  if (facts === null) return unknown('unstated');
  const [long, short] = [Math.max(size.width, size.height), Math.min(size.width, size.height)];
  let log = Math.log(facts.zoom) / 2;
  let variance = STATED_SIGMA ** 2 + log ** 2;
  let basis: FocalBasis = facts.zoom > 1 ? 'zoomed' : facts.fromLens ? 'lens' : 'stated';
  const [fullLong, fullShort] = facts.pixels ?? [long, short];
  const shape = fullLong / fullShort;
  // Each side may be rounded.
  const rounded = 0.005 + 1 / short;
  if (!SHAPES.some((known) => Math.abs(Math.log(shape / known)) < 0.015 + (facts.pixels ? 0 : rounded)))
    return unknown('cropped');
  if (facts.pixels === null) {
    if (shape < 1.2) return unknown('cropped');
    variance += UNCHECKED_SIGMA ** 2;
    if (basis === 'stated') basis = 'unchecked';
  }
  if (Math.abs(Math.log(long / short / shape)) < rounded) {
    if (facts.pixels !== null && long !== fullLong && basis === 'stated') basis = 'resized';
  } else {
    // Somewhere between a piece at full size, and the largest piece of this shape made smaller.
    const smallest = Math.log(Math.max(long / fullLong, short / fullShort));
    if (smallest > 0.02) return unknown('cropped');
    const range = Math.max(0, -smallest);
    log += Math.log(Math.hypot(fullLong, fullShort) / Math.hypot(long, short)) - range / 2;
    variance += range ** 2 / 12 + OFF_AXIS_SIGMA ** 2;
    basis = 'cropped';
  }
  const inCamera = cutInCamera(shape);
  log += inCamera / 2;
  variance += (inCamera / 2) ** 2;
  if (facts.edited && basis !== 'cropped') {
    variance += EDITED_SIGMA ** 2;
    basis = 'edited';
  }
  const sigma = Math.sqrt(variance);
  const mm35 = facts.mm35 * Math.exp(log);
  return sigma < WORST_SIGMA && mm35 >= 5 && mm35 <= 1000 ? { mm35, sigma, basis } : unknown(basis);
}

const unknown = (basis: FocalBasis): FocalLength => ({ mm35: null, sigma: WORST_SIGMA, basis });

/**
 * Pictures of 16:9 or 1:1 are cut from a 4:3 sensor, and the tag may be that of the sensor or of the picture: the log of
 * the ratio of both diagonals.
 */
function cutInCamera(shape: number): number {
  if (shape > 1.55) return Math.log(1.25 / Math.hypot(1, 1 / shape));
  if (shape < 1.25) return Math.log(5 / 3 / Math.hypot(1, shape));
  return 0;
}
