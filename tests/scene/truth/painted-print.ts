import { isWhite, type MarkerSheet, TAG_SIDE } from '../../../src/scene/markers/sheet.ts';
import { apply, inverse } from '../../../src/scene/math/mat3.ts';
import type { Mat3, Point } from '../../../src/scene/types.ts';
import { random } from './random.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGB, rows from the top. */
  readonly data: Uint8Array;
}

export interface Look {
  /** Blur, standard deviation in pixels. */
  readonly blur: number;
  /** Noise, standard deviation in steps of 255. */
  readonly noise: number;
  /** White and black of the print, 0 to 255. */
  readonly white: number;
  readonly black: number;
}

/** Points of one pixel that are looked at. */
const SAMPLES = 32;

/**
 * Paints a flat print into a picture, in place. `toPixels` takes the print's mm to pixels; `shade` says how white the print is at a
 * place (0 to 1), null outside of it; boxes of `over` stay as they are, as things on the sheet would.
 */
export function paint(
  picture: Picture,
  toPixels: Mat3,
  print: { readonly width: number; readonly height: number; readonly shade: (x: number, y: number) => number | null },
  look: Look,
  over: readonly (readonly [number, number, number, number])[] = [],
  seed = 1,
): void {
  const back = inverse(toPixels)!;
  const { width, height, data } = picture;
  const corners = [
    [0, 0],
    [print.width, 0],
    [print.width, print.height],
    [0, print.height],
  ].map(([x, y]) => apply(toPixels, { x: x!, y: y! }));
  const reach = 3 * look.blur + 2;
  const x1 = Math.max(0, Math.floor(Math.min(...corners.map((p) => p.x)) - reach));
  const x2 = Math.min(width - 1, Math.ceil(Math.max(...corners.map((p) => p.x)) + reach));
  const y1 = Math.max(0, Math.floor(Math.min(...corners.map((p) => p.y)) - reach));
  const y2 = Math.min(height - 1, Math.ceil(Math.max(...corners.map((p) => p.y)) + reach));
  const r = random(seed);
  const drawn = Array.from({ length: SAMPLES }, (): Point => {
    return { x: r.uniform(-0.5, 0.5) + r.normal(0, look.blur), y: r.uniform(-0.5, 0.5) + r.normal(0, look.blur) };
  });
  const mean = { x: drawn.reduce((s, o) => s + o.x, 0) / SAMPLES, y: drawn.reduce((s, o) => s + o.y, 0) / SAMPLES };
  const offsets = drawn.map((o) => ({ x: o.x - mean.x, y: o.y - mean.y }));
  const w = (p: Point) => back[6] * p.x + back[7] * p.y + back[8];
  const front = Math.sign(w(apply(toPixels, { x: print.width / 2, y: print.height / 2 })));
  for (let y = y1; y <= y2; y++) {
    for (let x = x1; x <= x2; x++) {
      if (over.some((b) => x + 0.5 >= b[0] && x + 0.5 <= b[2] && y + 0.5 >= b[1] && y + 0.5 <= b[3])) continue;
      let sum = 0;
      let hit = 0;
      for (let i = 0; i < offsets.length; i++) {
        const [px, py] = [x + 0.5 + offsets[i]!.x, y + 0.5 + offsets[i]!.y];
        const depth = back[6] * px + back[7] * py + back[8];
        if (depth * front <= 0) continue;
        const s = print.shade(
          (back[0] * px + back[1] * py + back[2]) / depth,
          (back[3] * px + back[4] * py + back[5]) / depth,
        );
        if (s === null) continue;
        hit++;
        sum += s;
      }
      if (hit === 0) continue;
      const share = hit / SAMPLES;
      const value = look.black + (look.white - look.black) * (sum / hit);
      const at = 3 * (y * width + x);
      for (let c = 0; c < 3; c++) {
        const v = share * (value + r.normal(0, look.noise)) + (1 - share) * data[at + c]!;
        data[at + c] = Math.max(0, Math.min(255, Math.round(v)));
      }
    }
  }
}

/** The printed sheet: tags on white paper, with its margins. */
export function sheetShade({ width, height, tags }: MarkerSheet) {
  return (x: number, y: number): number | null => {
    if (x < 0 || y < 0 || x > width || y > height) return null;
    for (const tag of tags) {
      const [dx, dy] = [x - tag.x, y - tag.y];
      if (dx < 0 || dy < 0 || dx >= tag.side || dy >= tag.side) continue;
      return isWhite(tag.id, Math.floor((dy / tag.side) * TAG_SIDE), Math.floor((dx / tag.side) * TAG_SIDE)) ? 1 : 0;
    }
    return 1;
  };
}
