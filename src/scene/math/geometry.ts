import type { Footprint, Point } from '../types.ts';
import { gapOf } from './convex-gap.ts';

/** Plane geometry in one unit (mm on the table, or pixels). Polygons are convex unless a function says otherwise. */

export interface Closest {
  /** Gap between the outlines; 0 when they overlap. */
  readonly gap: number;
  readonly onA: Point;
  readonly onB: Point;
  /** Unit vector from a to b; (1, 0) when both are at one place. */
  readonly direction: Point;
}

/** Centre of area; the mean of the points when the area vanishes. */
export function centroid(points: readonly Point[]): Point {
  let area = 0;
  let x = 0;
  let y = 0;
  const origin = points[0];
  if (origin === undefined) return { x: 0, y: 0 };
  for (let i = 0; i < points.length; i++) {
    const p = points[i]!;
    const q = points[(i + 1) % points.length]!;
    const px = p.x - origin.x;
    const py = p.y - origin.y;
    const qx = q.x - origin.x;
    const qy = q.y - origin.y;
    const cross = px * qy - qx * py;
    area += cross;
    x += (px + qx) * cross;
    y += (py + qy) * cross;
  }
  const span = Math.max(...points.map((p) => Math.abs(p.x - origin.x) + Math.abs(p.y - origin.y)));
  if (Math.abs(area) > 1e-9 * span * span) return { x: origin.x + x / (3 * area), y: origin.y + y / (3 * area) };
  const n = points.length;
  return { x: points.reduce((s, p) => s + p.x / n, 0), y: points.reduce((s, p) => s + p.y / n, 0) };
}

export function centreOf(footprint: Footprint): Point {
  return footprint.kind === 'disk' ? footprint.centre : centroid(footprint.points);
}

/** Twice the signed area; negative when the points run counter-clockwise as seen in a y-down frame. */
export function signedArea2(points: readonly Point[]): number {
  let sum = 0;
  for (let i = 0; i < points.length; i++) {
    const p = points[i]!;
    const q = points[(i + 1) % points.length]!;
    sum += p.x * q.y - q.x * p.y;
  }
  return sum;
}

export function nearestOnSegment(p: Point, a: Point, b: Point): Point {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length2 = dx * dx + dy * dy;
  if (length2 === 0) return a;
  const t = Math.min(1, Math.max(0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2));
  return { x: a.x + t * dx, y: a.y + t * dy };
}

/** Even-odd rule; the polygon may be concave. */
export function contains(polygon: readonly Point[], p: Point): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const a = polygon[i]!;
    const b = polygon[j]!;
    if (a.y > p.y !== b.y > p.y && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

/** Distance to the border, positive inside, with the nearest border point. The polygon may be concave. */
export function depthInside(polygon: readonly Point[], p: Point): { depth: number; nearest: Point } {
  let best = Number.POSITIVE_INFINITY;
  let nearest = polygon[0] ?? p;
  for (let i = 0; i < polygon.length; i++) {
    const q = nearestOnSegment(p, polygon[i]!, polygon[(i + 1) % polygon.length]!);
    const d = Math.hypot(q.x - p.x, q.y - p.y);
    if (d < best) {
      best = d;
      nearest = q;
    }
  }
  return { depth: contains(polygon, p) ? best : -best, nearest };
}

/**
 * How deep a footprint lies inside a polygon (which may be concave): the least distance from its outline to the
 * border, negative by how far it sticks out.
 */
export function footprintDepth(polygon: readonly Point[], footprint: Footprint): { depth: number; at: Point } {
  if (footprint.kind === 'disk') {
    const { depth, nearest } = depthInside(polygon, footprint.centre);
    return { depth: depth - footprint.radius, at: nearest };
  }
  let worst = { depth: Number.POSITIVE_INFINITY, at: footprint.points[0] ?? { x: 0, y: 0 } };
  for (const p of footprint.points) {
    const { depth, nearest } = depthInside(polygon, p);
    if (depth < worst.depth) worst = { depth, at: nearest };
  }
  // A corner of a concave border may poke into the footprint between its own corners.
  for (const p of polygon) {
    const { depth, nearest } = depthInside(footprint.points, p);
    if (-depth < worst.depth) worst = { depth: -depth, at: nearest };
  }
  return worst;
}

/** A footprint as measuring wants it: its corners in flat lists (of a disk the middle alone), and a radius around them. */
export class Outline {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** 0 for polygons. */
  readonly radius: number;
  private readonly footprint: Footprint;
  private middle: Point | null = null;

  constructor(footprint: Footprint) {
    const points = footprint.kind === 'disk' ? [footprint.centre] : footprint.points;
    this.x = points.map((p) => p.x);
    this.y = points.map((p) => p.y);
    this.radius = footprint.kind === 'disk' ? footprint.radius : 0;
    this.footprint = footprint;
  }

  get centre(): Point {
    this.middle ??= centreOf(this.footprint);
    return this.middle;
  }
}

/** The closest points of two footprints, treating a disk as a point with a radius around it. */
export const closest = (a: Footprint, b: Footprint): Closest => closestOf(new Outline(a), new Outline(b), 0, 0);

/** The same for outlines, the first one carried by (dx, dy) before. */
export function closestOf(a: Outline, b: Outline, dx: number, dy: number): Closest {
  const near = gapOf(a, b, dx, dy);
  if (near !== null && near.gap > a.radius + b.radius) {
    const { gap, onA, onB } = near;
    const direction = { x: (onB.x - onA.x) / gap, y: (onB.y - onA.y) / gap };
    return {
      gap: gap - a.radius - b.radius,
      onA: { x: onA.x + a.radius * direction.x, y: onA.y + a.radius * direction.y },
      onB: { x: onB.x - b.radius * direction.x, y: onB.y - b.radius * direction.y },
      direction,
    };
  }
  const onA = { x: a.centre.x + dx, y: a.centre.y + dy };
  const onB = b.centre;
  const d = Math.hypot(onB.x - onA.x, onB.y - onA.y);
  const direction = d > 1e-9 ? { x: (onB.x - onA.x) / d, y: (onB.y - onA.y) / d } : { x: 1, y: 0 };
  return { gap: 0, onA, onB, direction };
}
