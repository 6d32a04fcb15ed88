import { halved, type SmallPicture } from './small-picture.ts';

export interface Change {
  readonly changed: boolean;
  /** Of the block that differs most. */
  readonly score: number;
  /** Share of the blocks that differ. */
  readonly share: number;
}

/** Half of the side of the window that a pixel is compared with. */
const REACH = 8;
/** Grey levels that are nothing but noise. */
const FLOOR = 6;
/** Side of a block, pixels of the halved picture. */
const BLOCK = 8;
/** A block that differs by so much is a change, and two neighbours that differ by less. */
const ALONE = 0.55;
const TOGETHER = 0.38;

/** What is left of a picture where brightness and contrast of each place are taken out: lamps and clouds change little of it. */
export interface Pattern {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

export function patternOf(picture: SmallPicture): Pattern {
  const { width, height, grey } = halved(picture);
  const row = width + 1;
  const sums = new Float64Array(row * (height + 1));
  const squares = new Float64Array(row * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let [sum, square] = [0, 0];
    for (let x = 0; x < width; x += 1) {
      const value = grey[y * width + x]!;
      sum += value;
      square += value * value;
      const at = (y + 1) * row + x + 1;
      sums[at] = sums[at - row]! + sum;
      squares[at] = squares[at - row]! + square;
    }
  }
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = [Math.max(0, y - REACH), Math.min(height, y + REACH + 1)];
    for (let x = 0; x < width; x += 1) {
      const [left, right] = [Math.max(0, x - REACH), Math.min(width, x + REACH + 1)];
      const [a, b, c, d] = [bottom * row + right, top * row + right, bottom * row + left, top * row + left];
      const count = (bottom - top) * (right - left);
      const mean = (sums[a]! - sums[b]! - sums[c]! + sums[d]!) / count;
      const variance = (squares[a]! - squares[b]! - squares[c]! + squares[d]!) / count - mean * mean;
      values[y * width + x] = (grey[y * width + x]! - mean) / Math.sqrt(Math.max(0, variance) + FLOOR * FLOOR);
    }
  }
  return { width, height, values };
}

/** Whether anything stands elsewhere. Pictures of different sizes differ. */
export function changeBetween(before: Pattern, now: Pattern): Change {
  if (before.width !== now.width || before.height !== now.height) return { changed: true, score: 1, share: 1 };
  const [columns, rows] = [Math.ceil(now.width / BLOCK), Math.ceil(now.height / BLOCK)];
  const scores = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      scores[row * columns + column] = blockScore(before, now, column * BLOCK, row * BLOCK);
    }
  }
  let [score, over, changed] = [0, 0, false];
  for (const [at, one] of scores.entries()) {
    score = Math.max(score, one);
    if (one <= TOGETHER) continue;
    over += 1;
    const hasRight = (at + 1) % columns !== 0;
    const isPair = (hasRight && scores[at + 1]! > TOGETHER) || (scores[at + columns] ?? 0) > TOGETHER;
    changed ||= one > ALONE || isPair;
  }
  return { changed, score, share: over / scores.length };
}

function blockScore(before: Pattern, now: Pattern, left: number, top: number): number {
  const { width, height } = now;
  let [sum, count] = [0, 0];
  for (let y = top; y < Math.min(top + BLOCK, height); y += 1) {
    for (let x = left; x < Math.min(left + BLOCK, width); x += 1) {
      sum += Math.abs(before.values[y * width + x]! - now.values[y * width + x]!);
      count += 1;
    }
  }
  return sum / count;
}
