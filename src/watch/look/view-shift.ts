import type { SmallPicture } from './small-picture.ts';

/** How the view lies against an earlier one of the same camera. */
export interface ViewShift {
  /** `unclear`: too little of the earlier view is found again; something is in front, or all is elsewhere. */
  readonly state: 'same' | 'moved' | 'unclear';
  /** How far the middle of all places moved, share of the long side; null: not known. */
  readonly shift: number | null;
  /** Places with structure in the earlier view, and those that were found again. */
  readonly places: number;
  readonly found: number;
}

/** Side of a place, how far apart places are, and how far each is looked for, pixels of the small picture. */
const SIDE = 24;
const STEP = 28;
const REACH = 8;
/** A place with less structure than this across its weaker direction is found everywhere. */
const STRUCTURE = 60;
/** Found again: so much alike. */
const ALIKE = 0.75;
/** A place that lies farther off than this has moved, pixels: 0.25 % of the long side. */
const MOVED = 0.8;
/** Of the places that were found: so many must have moved, or not. */
const MOST = 0.6;
/** Of all places: with fewer found nobody can tell. */
const ENOUGH = 0.3;
const LEAST_PLACES = 4;

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where the picture has structure in both directions (Shi and Tomasi's smaller eigenvalue). */
export function placesOf({ width, height, grey }: SmallPicture): Place[] {
  const places: Place[] = [];
  for (let y = REACH; y + SIDE + REACH <= height; y += STEP) {
    for (let x = REACH; x + SIDE + REACH <= width; x += STEP) {
      let [xx, xy, yy] = [0, 0, 0];
      for (let v = y; v < y + SIDE; v += 1) {
        for (let u = x; u < x + SIDE; u += 1) {
          const at = v * width + u;
          const dx = grey[at + 1]! - grey[at - 1]!;
          const dy = grey[at + width]! - grey[at - width]!;
          xx += dx * dx;
          xy += dx * dy;
          yy += dy * dy;
        }
      }
      const smaller = (xx + yy - Math.hypot(xx - yy, 2 * xy)) / 2 / (SIDE * SIDE);
      if (smaller >= STRUCTURE) places.push({ x, y });
    }
  }
  return places;
}

/** Looks for each place of the earlier view. What stands on the desk is the smaller part of it. */
export function viewShift(before: SmallPicture, now: SmallPicture): ViewShift {
  const places = placesOf(before);
  const none = { state: 'unclear', shift: null, places: places.length, found: 0 } as const;
  if (before.width !== now.width || before.height !== now.height || places.length < LEAST_PLACES) return none;
  const offsets = places.map((place) => offsetOf(before, now, place)).filter((one) => one !== null);
  const found = offsets.length;
  if (found < Math.max(LEAST_PLACES, ENOUGH * places.length)) return { ...none, found };
  const lengths = offsets.map(([x, y]) => Math.hypot(x, y)).toSorted((a, b) => a - b);
  const moved = lengths.filter((length) => length > MOVED).length;
  const shift = lengths[lengths.length >> 1]! / Math.max(now.width, now.height);
  const state = moved >= MOST * found ? 'moved' : found - moved >= MOST * found ? 'same' : 'unclear';
  return { state, shift, places: places.length, found };
}

/** By normalised cross-correlation, to a part of a pixel; null: it is not found. */
function offsetOf(before: SmallPicture, now: SmallPicture, { x, y }: Place): readonly [number, number] | null {
  const span = 2 * REACH + 1;
  const scores = new Float32Array(span * span);
  const patch = normalised(before, x, y);
  let best = 0;
  for (let dy = -REACH; dy <= REACH; dy += 1) {
    for (let dx = -REACH; dx <= REACH; dx += 1) {
      const at = (dy + REACH) * span + dx + REACH;
      scores[at] = likeness(patch, now, x + dx, y + dy);
      if (scores[at]! > scores[best]!) best = at;
    }
  }
  if (scores[best]! < ALIKE) return null;
  const [column, row] = [best % span, Math.floor(best / span)];
  // At the end of the reach it may lie farther off: that is far enough.
  const fine = (low: number, high: number) => vertex(scores[low]!, scores[best]!, scores[high]!);
  const dx = column > 0 && column < span - 1 ? fine(best - 1, best + 1) : 0;
  const dy = row > 0 && row < span - 1 ? fine(best - span, best + span) : 0;
  return [column - REACH + dx, row - REACH + dy];
}

/** Where a parabola through three values, one apart, is highest. */
function vertex(low: number, middle: number, high: number): number {
  const bend = low - 2 * middle + high;
  return bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (low - high) / (2 * bend)));
}

function normalised({ width, grey }: SmallPicture, left: number, top: number): Float32Array {
  const patch = new Float32Array(SIDE * SIDE);
  let sum = 0;
  for (let v = 0; v < SIDE; v += 1) {
    for (let u = 0; u < SIDE; u += 1) {
      const value = grey[(top + v) * width + left + u]!;
      patch[v * SIDE + u] = value;
      sum += value;
    }
  }
  const mean = sum / patch.length;
  let squares = 0;
  for (let i = 0; i < patch.length; i += 1) {
    patch[i]! -= mean;
    squares += patch[i]! ** 2;
  }
  const length = Math.sqrt(squares) || 1;
  for (let i = 0; i < patch.length; i += 1) patch[i]! /= length;
  return patch;
}

function likeness(patch: Float32Array, { width, grey }: SmallPicture, left: number, top: number): number {
  let [sum, squares, product] = [0, 0, 0];
  for (let v = 0; v < SIDE; v += 1) {
    const from = (top + v) * width + left;
    for (let u = 0; u < SIDE; u += 1) {
      const value = grey[from + u]!;
      sum += value;
      squares += value * value;
      product += patch[v * SIDE + u]! * value;
    }
  }
  const spread = Math.sqrt(Math.max(0, squares - (sum * sum) / patch.length));
  return spread < 1 ? 0 : product / spread;
}
