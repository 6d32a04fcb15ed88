import type { Px } from './types.ts';

/** Lines of text, one below the other, around the middle of the first one's foot. */
export interface Block {
  readonly at: Px;
  readonly lines: readonly string[];
  /** Those of the least number find their place first. */
  readonly rank: number;
}

/** Of the letters' height: the width of a usual letter, and from line to line. */
const LETTER = 0.58;
export const LEADING = 1.2;
const AIR = 0.25;
/** Tries around the place that is wanted, nearest first: shares of the block's own width and height. */
const TRIES: readonly Px[] = [0, -1, 1, -2, 2, -3, 3]
  .flatMap((down) => [0, -0.55, 0.55, -1.1, 1.1].map((right): Px => [right, down]))
  .sort(([ax, ay], [bx, by]) => Math.hypot(2 * ax, ay) - Math.hypot(2 * bx, by));

interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where each block can be read, none over another; null: there is no room for it near its place. `em`: height of the letters. */
export function placeLabels(
  blocks: readonly Block[],
  { width, height }: { readonly width: number; readonly height: number },
  em: number,
): (Px | null)[] {
  const taken: Rect[] = [];
  const places: (Px | null)[] = blocks.map(() => null);
  const order = blocks.map((block, index) => ({ block, index })).sort((a, b) => a.block.rank - b.block.rank);
  for (const { block, index } of order) {
    const w = em * LETTER * Math.max(...block.lines.map((line) => line.length));
    const h = em * (1 + LEADING * (block.lines.length - 1));
    for (const [right, down] of TRIES) {
      const x = within(block.at[0] + right * w, w / 2, width - w / 2);
      const y = within(block.at[1] + down * (h + AIR * em), em, height - (h - em));
      const rect = { left: x - w / 2, right: x + w / 2, top: y - em, bottom: y - em + h + AIR * em };
      if (taken.some((other) => meet(rect, other))) continue;
      taken.push(rect);
      places[index] = [x, y];
      break;
    }
  }
  return places;
}

const within = (value: number, least: number, most: number) =>
  least > most ? (least + most) / 2 : Math.min(most, Math.max(least, value));

const meet = (a: Rect, b: Rect) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
