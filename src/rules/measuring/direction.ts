import { centreOf } from '../../scene/measure.ts';
import type { Point } from '../../scene/types.ts';
import type { Case } from './spec.ts';

export function centre(on: Case, thing: number): Point | null {
  const footprint = on.index.things[thing]?.footprint ?? null;
  return footprint === null ? null : centreOf(footprint);
}

/** Unit vector from p to q; along x when both are at one place. */
export function unit(p: Point, q: Point): Point {
  const d = Math.hypot(q.x - p.x, q.y - p.y);
  return d > 0 ? { x: (q.x - p.x) / d, y: (q.y - p.y) / d } : { x: 1, y: 0 };
}

/** Unit vector from the middle of thing a toward the middle of thing b; null when a place is unknown. */
export function directionTo(on: Case, a: number, b: number): Point | null {
  const p = centre(on, a);
  const q = centre(on, b);
  return p === null || q === null ? null : unit(p, q);
}

export function middle(points: readonly Point[]): Point {
  const n = points.length;
  return { x: points.reduce((s, p) => s + p.x, 0) / n, y: points.reduce((s, p) => s + p.y, 0) / n };
}
