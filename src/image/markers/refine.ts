import type { Point } from '../../scene/types.ts';
import { type Grey, greyAt } from './grey.ts';

/** Places along each side that look for its edge; near the corners the neighbouring side disturbs. */
const PLACES = 15;
const FREE = 0.12;
/** Steps across the side, pixels. */
const STEP = 0.5;

/**
 * The corners of a quadrilateral that is darker than its ground, or brighter (`inside`) to a fraction of a pixel: along each
 * side the steepest change from inside to outside is looked for, a line is fitted to it and the lines are crossed. `reach`: how far the sides may be off, pixels. Null
 * where a side shows no such edge.
 */
export function refineQuad(grey: Grey, quad: readonly Point[], reach: number, inside: Inside = 'dark'): Point[] | null {
  const lines: Line[] = [];
  for (let i = 0; i < 4; i++) {
    const line = edgeLine(grey, quad[i]!, quad[(i + 1) % 4]!, reach, SIGN[inside]);
    if (line === null) return null;
    lines.push(line);
  }
  const corners = lines.map((line, i) => crossing(lines[(i + 3) % 4]!, line));
  const sound = corners.every((c, i) => c !== null && Math.hypot(c.x - quad[i]!.x, c.y - quad[i]!.y) < 3 * reach + 2);
  return sound ? (corners as Point[]) : null;
}

export type Inside = 'dark' | 'bright' | 'either';

/** Of the change from inside to outside; 0: whichever. */
const SIGN = { dark: 1, bright: -1, either: 0 } as const;

/** n . p = d, n of length 1 pointing outside. */
interface Line {
  readonly nx: number;
  readonly ny: number;
  readonly d: number;
}

function edgeLine(grey: Grey, p: Point, q: Point, reach: number, sign: 1 | -1 | 0): Line | null {
  const length = Math.hypot(q.x - p.x, q.y - p.y);
  // Clockwise on the screen: outside is on the left.
  const [nx, ny] = [(q.y - p.y) / length, -(q.x - p.x) / length];
  const steps = Math.ceil(reach / STEP);
  const found: { x: number; y: number; weight: number }[] = [];
  const values = new Float64Array(2 * steps + 3);
  const change = new Float64Array(values.length);
  for (let k = 0; k < PLACES; k++) {
    const t = FREE + ((1 - 2 * FREE) * k) / (PLACES - 1);
    const [x, y] = [p.x + t * (q.x - p.x), p.y + t * (q.y - p.y)];
    for (let i = 0; i < values.length; i++) {
      const s = (i - steps - 1) * STEP;
      values[i] = greyAt(grey, x + nx * s, y + ny * s);
    }
    // Noise is smaller in the mean of three differences.
    const last = values.length - 2;
    for (let i = 1; i <= last; i++) {
      const step = values[i + 1]! - values[i - 1]!;
      change[i] = sign === 0 ? Math.abs(step) : Math.max(0, sign * step);
    }
    const rise = (i: number) => change[Math.max(1, i - 1)]! + 2 * change[i]! + change[Math.min(last, i + 1)]!;
    let best = 0;
    let at = -1;
    for (let i = 1; i <= last; i++) {
      if (rise(i) > best) [best, at] = [rise(i), i];
    }
    if (at < 0 || best < 4 * MIN_RISE) continue;
    // The centre of gravity of the change, as far as it reaches on either side.
    let [from, to] = [at, at];
    while (from > 1 && rise(from - 1) > WHOLE * best) from--;
    while (to < last && rise(to + 1) > WHOLE * best) to++;
    let [sum, moment] = [0, 0];
    for (let i = from; i <= to; i++) {
      sum += rise(i);
      moment += rise(i) * (i - steps - 1);
    }
    const s = (moment / sum) * STEP;
    found.push({ x: x + nx * s, y: y + ny * s, weight: 1 });
  }
  return found.length < PLACES / 2 ? null : fitted(found, nx, ny);
}

const MIN_RISE = 4;
/** A change ends where it is smaller than this share of its steepest part. */
const WHOLE = 0.3;

/** Total least squares, twice more without what lies far off. */
function fitted(points: { x: number; y: number; weight: number }[], nx: number, ny: number): Line | null {
  let line: Line | null = null;
  for (let round = 0; round < 3; round++) {
    const n = points.reduce((s, p) => s + p.weight, 0);
    if (n < PLACES / 3) return null;
    const mx = points.reduce((s, p) => s + p.weight * p.x, 0) / n;
    const my = points.reduce((s, p) => s + p.weight * p.y, 0) / n;
    let [xx, xy, yy] = [0, 0, 0];
    for (const p of points) {
      xx += p.weight * (p.x - mx) ** 2;
      xy += p.weight * (p.x - mx) * (p.y - my);
      yy += p.weight * (p.y - my) ** 2;
    }
    const along = 0.5 * Math.atan2(2 * xy, xx - yy);
    let [a, b] = [-Math.sin(along), Math.cos(along)];
    if (a * nx + b * ny < 0) [a, b] = [-a, -b];
    line = { nx: a, ny: b, d: a * mx + b * my };
    const off = points.map((p) => Math.abs(a * p.x + b * p.y - line!.d));
    const usual = Math.max(0.15, off.toSorted((u, v) => u - v)[off.length >> 1]!);
    points.forEach((p, i) => {
      p.weight = off[i]! > 3 * usual ? 0 : 1;
    });
  }
  return line;
}

function crossing(a: Line, b: Line): Point | null {
  const det = a.nx * b.ny - a.ny * b.nx;
  if (Math.abs(det) < 0.05) return null;
  return { x: (a.d * b.ny - b.d * a.ny) / det, y: (a.nx * b.d - b.nx * a.d) / det };
}
