import { checkpoint } from '../../checkpoint.ts';
import { centreOf, centroid, depthInside, signedArea2 } from '../math/geometry.ts';
import { normalCdf } from '../math/samples.ts';
import { edgeVariance, positionVariance } from '../measure.ts';
import type { Calibration, Footprint, Point, SceneObject, Support, Zone } from '../types.ts';

/** Classes with a flat top that may carry something. */
export const SURFACE_CLASSES: ReadonlySet<string> = new Set(['coaster', 'desk_mat', 'book', 'laptop', 'keyboard']);
/** Classes that carry objects themselves or hang in the air: never looked for on something. */
const NEVER_CARRIED: ReadonlySet<string> = new Set(['table', 'monitor', 'desk_mat']);
/** Below this the answer does not mention the surface. */
const LEAST = 0.05;

/** Where a surface may be, same unit as the scene: mm, or pixels without calibration. */
export interface Surface {
  readonly id: string;
  /** Null for zones. */
  readonly class: string | null;
  readonly points: readonly Point[];
  /** Standard error of its border toward a direction. */
  readonly sigma: (toward: Point) => number;
  readonly area: number;
  /** A circle around it, errors included: what is outside does not stand on it. */
  readonly middle: Point;
  readonly reach: number;
}

export interface Base {
  readonly at: Point;
  readonly sigma: (toward: Point) => number;
  readonly area: number;
}

export const zoneSurfaceId = (zone: Zone): string => `zone:${zone.name}`;

/**
 * What an object stands on: the probability that the middle of its base lies over the surface, from the depth of that
 * point in the surface's outline and the errors of both. Two solid objects cannot share one place, so a mug whose base
 * lies over a laptop stands on it.
 */
function supportsOf(o: SceneObject, surfaces: readonly Surface[], calibration: Calibration): Support[] {
  if (NEVER_CARRIED.has(o.class)) return [];
  const base = baseOf(o, calibration);
  if (base === null) return [];
  const found: Support[] = [];
  for (const s of surfaces) {
    checkpoint();
    const probability = mayCarry(s, o, base) ? probabilityOver(base, s) : 0;
    found.push({ surfaceId: s.id, probability });
  }
  return ranked(found);
}

/** An object does not stand on itself, on what is clearly smaller or elsewhere; of two alike the upper one cannot be told. */
export function mayCarry(s: Surface, o: { readonly id: string; readonly class: string }, base: Base): boolean {
  if (s.id === o.id || NEVER_CARRIED.has(o.class)) return false;
  if (base.area > 1.6 * s.area || (s.class === o.class && base.area >= s.area)) return false;
  const margin = 3 * Math.max(base.sigma({ x: 1, y: 0 }), base.sigma({ x: 0, y: 1 }));
  return Math.hypot(s.middle.x - base.at.x, s.middle.y - base.at.y) <= s.reach + margin;
}

/** Probability that the middle of a base lies over a surface, from its depth in the outline and the errors of both. */
function probabilityOver(base: Base, surface: Surface): number {
  const { depth, nearest } = depthInside(surface.points, base.at);
  const length = Math.hypot(nearest.x - base.at.x, nearest.y - base.at.y);
  const u =
    length > 1e-9 ? { x: (nearest.x - base.at.x) / length, y: (nearest.y - base.at.y) / length } : { x: 1, y: 0 };
  const sigma = Math.hypot(base.sigma(u), surface.sigma(u));
  return sigma > 0 ? normalCdf(depth / sigma) : depth > 0 ? 1 : 0;
}

const areaOf = (f: Footprint): number =>
  f.kind === 'disk' ? Math.PI * f.radius ** 2 : Math.abs(signedArea2(f.points)) / 2;

export function baseOf(o: SceneObject, calibration: Calibration): Base | null {
  if (calibration.homography !== null) {
    if (o.footprint === null || o.covariance === null) return null;
    const sigma = (u: Point) => Math.sqrt(positionVariance(o, u));
    return { at: centreOf(o.footprint), sigma, area: areaOf(o.footprint) };
  }
  const [x1, y1, x2, y2] = o.bbox;
  const w = x2 - x1;
  const h = y2 - y1;
  if (FLAT_CLASSES.has(o.class)) {
    return { at: { x: (x1 + x2) / 2, y: (y1 + y2) / 2 }, sigma: () => 0.05 * Math.hypot(w, h), area: w * h };
  }
  // Seen from 10 to 60 degrees above the table, the middle of a round base is 0.1 to 0.4 box widths above its lower edge.
  const up = Math.min(h / 2, 0.25 * w);
  return { at: { x: (x1 + x2) / 2, y: y2 - up }, sigma: () => Math.hypot(0.1 * w, 0.05 * h), area: (w * w) / 2 };
}

const FLAT_CLASSES: ReadonlySet<string> = new Set(['keyboard', 'mouse', 'phone', 'book', 'coaster', 'desk_mat']);

/** The surfaces of a scene: objects with a flat top, and zones. */
export function surfacesOf(
  objects: readonly SceneObject[],
  zones: readonly Zone[],
  calibration: Calibration,
): Surface[] {
  const found: Surface[] = [];
  const add = (id: string, name: string | null, points: readonly Point[], area: number, sigma: Surface['sigma']) => {
    const middle = centroid(points);
    const noise = Math.max(...COMPASS.map(sigma));
    const reach = Math.max(...points.map((p) => Math.hypot(p.x - middle.x, p.y - middle.y))) + 3 * noise;
    found.push({ id, class: name, points, sigma, area, middle, reach });
  };
  for (const s of objects) {
    if (!SURFACE_CLASSES.has(s.class)) continue;
    if (calibration.homography === null) {
      const [x1, y1, x2, y2] = s.bbox;
      // The upper half or so of an open laptop's box is its screen.
      const top = s.class === 'laptop' ? y1 + 0.5 * (y2 - y1) : y1;
      const noise = (s.class === 'laptop' ? 0.12 : 0.05) * Math.max(x2 - x1, y2 - y1);
      const corners = [
        { x: x1, y: top },
        { x: x1, y: y2 },
        { x: x2, y: y2 },
        { x: x2, y: top },
      ];
      add(s.id, s.class, corners, (x2 - x1) * (y2 - top), () => noise);
    } else if (s.footprint !== null && s.covariance !== null) {
      add(s.id, s.class, outlinePoints(s.footprint), areaOf(s.footprint), (u) => Math.sqrt(edgeVariance(s, u)));
    }
  }
  for (const zone of zones) {
    const points = calibration.homography === null ? zone.polygonPx : zone.polygon;
    if (points !== null && points.length >= 3) {
      add(zoneSurfaceId(zone), null, points, Number.POSITIVE_INFINITY, () => 0);
    }
  }
  return found;
}

const COMPASS: readonly Point[] = [
  { x: 1, y: 0 },
  { x: 0, y: 1 },
  { x: -1, y: 0 },
  { x: 0, y: -1 },
];

function outlinePoints(f: Footprint): readonly Point[] {
  if (f.kind === 'polygon') return f.points;
  return Array.from({ length: 24 }, (_, i) => {
    const a = (-i * Math.PI) / 12;
    return { x: f.centre.x + f.radius * Math.cos(a), y: f.centre.y + f.radius * Math.sin(a) };
  });
}

/**
 * A copy of the objects with their supports found anew: all of them, or only what concerns one moved object. Works in
 * pixels when there is no calibration.
 */
export function withSupports(
  objects: readonly SceneObject[],
  zones: readonly Zone[],
  calibration: Calibration,
  moved?: string,
): SceneObject[] {
  const surfaces = surfacesOf(objects, zones, calibration);
  const own = surfaces.filter((s) => s.id === moved);
  return objects.map((o) => {
    if (moved === undefined || o.id === moved) return { ...o, on: supportsOf(o, surfaces, calibration) };
    if (own.length === 0) return o;
    const others = o.on.filter((s) => s.surfaceId !== moved);
    return { ...o, on: ranked([...others, ...supportsOf(o, own, calibration)]) };
  });
}

/** Without what is next to impossible, most likely first. */
export function ranked(supports: readonly Support[]): Support[] {
  return supports
    .filter((s) => s.probability >= LEAST)
    .sort((a, b) => b.probability - a.probability || (a.surfaceId < b.surfaceId ? -1 : 1));
}
