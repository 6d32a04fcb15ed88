import { centreOf, depthInside } from '../math/geometry.ts';
import type { Footprint, Point } from '../types.ts';
import { reachOf } from './standing.ts';
import { eachCellNear, type TableGrid } from './table-grid.ts';

/** Directions from a thing, equally spaced. */
export const DIRECTIONS = 16;
/** Strips of 10 mm beyond its outline. */
export const STRIPS = 40;
export const STRIP_MM = 10;
/** So far to both sides of a thing a strip goes, mm. */
const ASIDE_MM = 40;
/** So far around its outline the table close to it is counted, mm. */
export const CLOSE_MM = 50;

/** What the image shows beyond a thing's outline, in strips across each direction: running sums outward, cells. */
export interface TableAround {
  /** Of direction d and strip s at d * (STRIPS + 1) + s + 1: visible cells up to and with that strip. */
  readonly visible: Float32Array;
  /** Their probabilities of being free table, summed up. */
  readonly table: Float32Array;
  /** Table that is seen close around it, mm². */
  readonly close: number;
}

const AT = Array.from({ length: DIRECTIONS }, (_, k) => {
  const turn = (2 * Math.PI * k) / DIRECTIONS;
  return { x: Math.cos(turn), y: Math.sin(turn) };
});

export function tableAround(
  grid: TableGrid,
  visible: Uint8Array,
  probability: Float32Array,
  footprint: Footprint,
): TableAround {
  const seen = new Float32Array(DIRECTIONS * (STRIPS + 1));
  const table = new Float32Array(seen.length);
  const centre = centreOf(footprint);
  const reach = reachOf(footprint);
  const supports = AT.map((u) => support(footprint, centre, u));
  const aside = AT.map((_, d) => supports[(d + DIRECTIONS / 4) % DIRECTIONS]! + ASIDE_MM);
  let close = 0;
  eachCellNear(grid, centre, reach + STRIPS * STRIP_MM, (i, distance, middle) => {
    if (!visible[i]) return;
    const p = probability[i]!;
    const off = beyond(footprint, middle, distance);
    if (off > 0 && off <= CLOSE_MM) close += p * grid.cell ** 2;
    const [x, y] = [middle.x - centre.x, middle.y - centre.y];
    for (let d = 0; d < DIRECTIONS; d++) {
      const u = AT[d]!;
      const along = x * u.x + y * u.y - supports[d]!;
      if (along <= 0 || along >= STRIPS * STRIP_MM || Math.abs(x * u.y - y * u.x) > aside[d]!) continue;
      const k = d * (STRIPS + 1) + Math.floor(along / STRIP_MM) + 1;
      seen[k]! += 1;
      table[k]! += p;
    }
  });
  for (let d = 0; d < DIRECTIONS; d++) {
    for (let s = 1; s <= STRIPS; s++) {
      const k = d * (STRIPS + 1) + s;
      seen[k]! += seen[k - 1]!;
      table[k]! += table[k - 1]!;
    }
  }
  return { visible: seen, table, close };
}

/** How far a footprint goes from its middle in direction u, mm. */
function support(f: Footprint, c: Point, u: Point): number {
  if (f.kind === 'disk') return f.radius;
  return Math.max(...f.points.map((p) => (p.x - c.x) * u.x + (p.y - c.y) * u.y));
}

/** How far beyond a footprint a point lies, mm; not above 0 inside. */
export function beyond(f: Footprint, p: Point, fromCentre: number): number {
  return f.kind === 'disk' ? fromCentre - f.radius : -depthInside(f.points, p).depth;
}
