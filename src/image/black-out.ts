import type { PrivacyZone } from '../contract/camera.ts';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Bytes of one pixel. */
  readonly channels: number;
  /** Rows without padding. */
  readonly data: Uint8Array;
}

/**
 * Blackens polygons in place. A pixel that a polygon touches at all is black: none of what lies behind shows at its edge, which is
 * why the zones are widened by a pixel.
 */
export function blackOut({ width, height, channels, data }: Pixels, zones: readonly PrivacyZone[]): void {
  for (const zone of zones) {
    const points = zone.map(([x, y]) => [x * width, y * height] as const);
    for (let row = 0; row < height; row += 1) {
      for (const [from, to] of spans(points, row)) {
        const left = Math.max(0, Math.floor(from) - 1);
        const right = Math.min(width - 1, Math.floor(to) + 1);
        if (right >= left) data.fill(0, (row * width + left) * channels, (row * width + right + 1) * channels);
      }
    }
  }
}

/** How many lines across a row are looked at: its begin, middle and end, and the rows next to it. */
const HEIGHTS = [-0.5, 0, 0.25, 0.5, 0.75, 1, 1.5];

/** Where the polygon covers a row of pixels, by the even-odd rule, at several heights of it; and the edges that lie within it. */
function spans(points: readonly (readonly [number, number])[], row: number): [number, number][] {
  const found: [number, number][] = [];
  for (const height of HEIGHTS) {
    const y = row + height;
    const crossings: number[] = [];
    for (const [at, [x1, y1]] of points.entries()) {
      const [x2, y2] = points[(at + 1) % points.length]!;
      if (y1 <= y !== y2 <= y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
    }
    crossings.sort((a, b) => a - b);
    for (let at = 0; at + 1 < crossings.length; at += 2) found.push([crossings[at]!, crossings[at + 1]!]);
  }
  for (const [at, [x1, y1]] of points.entries()) {
    const [x2, y2] = points[(at + 1) % points.length]!;
    const part = within(x1, y1, x2, y2, row);
    if (part !== null) found.push(part);
  }
  return found;
}

/** The part of an edge between the top and the bottom of a row, from left to right. */
function within(x1: number, y1: number, x2: number, y2: number, row: number): [number, number] | null {
  const [low, high] = [Math.max(Math.min(y1, y2), row), Math.min(Math.max(y1, y2), row + 1)];
  if (low > high) return null;
  const at = (y: number) => (y1 === y2 ? x1 : x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
  const ends = y1 === y2 ? [x1, x2] : [at(low), at(high)];
  return [Math.min(...ends), Math.max(...ends)];
}
