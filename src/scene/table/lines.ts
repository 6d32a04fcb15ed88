import type { ImageGradient } from '../../contract/image-gradient.ts';
import type { LineSegment } from './line-segments.ts';

/** Segments that lie on one straight line, pixels of the gradient: points are (x, y) + t (ux, uy). */
export interface Line {
  readonly x: number;
  readonly y: number;
  readonly ux: number;
  readonly uy: number;
  /** Ends of what is seen of it. */
  readonly from: number;
  readonly to: number;
  /** Its segments, by `from`. */
  readonly parts: readonly LinePart[];
}

interface LinePart {
  readonly from: number;
  readonly to: number;
  readonly strength: number;
  readonly bend: number;
}

/** A line starts from a segment of this share of the image. */
const SEED_SHARE = 0.05;
/** How far the ends of another segment may lie off, pixels, and how much more for each pixel beyond the line's end. */
const OFF = 1.4;
const OFF_BEYOND = 0.004;
const TURN = 0.035;
const ROUNDS = 3;
/** No more lines are looked at, the longest first. */
const MOST_LINES = 80;

/** Joins segments that lie on one line, whichever of their sides is the brighter. `segments`: the longest first. */
export function linesOf(segments: readonly LineSegment[], { width, height }: ImageGradient): Line[] {
  const seed = SEED_SHARE * Math.max(width, height);
  const used = new Set<LineSegment>();
  const lines: Line[] = [];
  for (const first of segments) {
    if (lines.length === MOST_LINES || first.length < seed) break;
    if (used.has(first)) continue;
    used.add(first);
    const taken = [first];
    let line = lineThrough(taken);
    for (let round = 0; round < ROUNDS; round++) {
      const before = taken.length;
      for (const s of segments) {
        if (used.has(s) || !liesOn(line, s)) continue;
        used.add(s);
        taken.push(s);
      }
      if (taken.length === before) break;
      line = lineThrough(taken);
    }
    lines.push(line);
  }
  return lines;
}

function liesOn(line: Line, s: LineSegment): boolean {
  const turn = Math.abs((s.x2 - s.x1) * line.uy - (s.y2 - s.y1) * line.ux) / s.length;
  if (turn > Math.max(TURN, 1.2 / s.length)) return false;
  return off(line, s.x1, s.y1) <= OFF && off(line, s.x2, s.y2) <= OFF;
}

function off(line: Line, x: number, y: number): number {
  const along = (x - line.x) * line.ux + (y - line.y) * line.uy;
  const beyond = Math.max(0, line.from - along, along - line.to);
  return Math.abs((y - line.y) * line.ux - (x - line.x) * line.uy) - OFF_BEYOND * beyond;
}

/** Least squares through segments, each weighing as much as it is long. */
function lineThrough(segments: readonly LineSegment[]): Line {
  const sum = segments.reduce((n, s) => n + s.length, 0);
  const x = segments.reduce((n, s) => n + (s.length * (s.x1 + s.x2)) / 2, 0) / sum;
  const y = segments.reduce((n, s) => n + (s.length * (s.y1 + s.y2)) / 2, 0) / sum;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const s of segments) {
    const [ex, ey] = [s.x2 - s.x1, s.y2 - s.y1];
    const [mx, my] = [(s.x1 + s.x2) / 2 - x, (s.y1 + s.y2) / 2 - y];
    // An evenly spread segment adds a twelfth of its own square.
    xx += s.length * (mx * mx + (ex * ex) / 12);
    xy += s.length * (mx * my + (ex * ey) / 12);
    yy += s.length * (my * my + (ey * ey) / 12);
  }
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
  const parts = segments
    .map((s) => {
      const [a, b] = [(s.x1 - x) * ux + (s.y1 - y) * uy, (s.x2 - x) * ux + (s.y2 - y) * uy];
      return { from: Math.min(a, b), to: Math.max(a, b), strength: s.strength, bend: s.bend };
    })
    .sort((a, b) => a.from - b.from);
  return { x, y, ux, uy, from: parts[0]!.from, to: Math.max(...parts.map((p) => p.to)), parts };
}
