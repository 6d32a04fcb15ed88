import { centreOf, depthInside, signedArea2 } from './geometry.ts';
import { normalCdf } from './samples.ts';
import type { Calibration, Footprint, Point, SceneObject, Support, Zone } from './types.ts';

/** Classes with a flat top that may carry something. */
export const SURFACE_CLASSES: ReadonlySet<string> = new Set(['coaster', 'desk_mat', 'book', 'laptop', 'keyboard']);
/** Classes that carry things themselves or hang in the air: never looked for on something. */
const NEVER_CARRIED: ReadonlySet<string> = new Set(['table', 'monitor', 'desk_mat']);
/** Below this the answer does not mention the surface. */
const LEAST = 0.05;

interface Outline {
  readonly points: readonly Point[];
  /** Standard error of its border, same unit. */
  readonly sigma: (toward: Point) => number;
  readonly area: number;
}

interface Base {
  readonly at: Point;
  readonly sigma: (toward: Point) => number;
  readonly area: number;
}

export const zoneSurfaceId = (zone: Zone): string => `zone:${zone.name}`;

/**
 * What an object stands on: the probability that the middle of its base lies over the surface, from the depth of that
 * point in the surface's outline and the errors of both. Two solid things cannot share one place, so a mug whose base
 * lies over a laptop stands on it. Works in pixels when there is no calibration.
 */
export function supportsOf(
  o: SceneObject,
  objects: readonly SceneObject[],
  zones: readonly Zone[],
  calibration: Calibration,
): Support[] {
  if (NEVER_CARRIED.has(o.class)) return [];
  const base = baseOf(o, calibration);
  if (base === null) return [];
  const found: Support[] = [];
  for (const s of objects) {
    if (s === o || s.id === o.id || !SURFACE_CLASSES.has(s.class)) continue;
    const outline = outlineOf(s, calibration);
    // A thing does not stand on what is clearly smaller, and of two alike the upper one cannot be told.
    if (outline === null || base.area > 1.6 * outline.area || (s.class === o.class && base.area >= outline.area))
      continue;
    add(found, s.id, base, outline);
  }
  for (const zone of zones) {
    const points = calibration.homography === null ? zone.polygonPx : zone.polygon;
    if (points === null || points.length < 3) continue;
    add(found, zoneSurfaceId(zone), base, { points, sigma: () => 0, area: Number.POSITIVE_INFINITY });
  }
  return found.sort((a, b) => b.probability - a.probability || (a.surfaceId < b.surfaceId ? -1 : 1));
}

function add(found: Support[], surfaceId: string, base: Base, outline: Outline): void {
  const { depth, nearest } = depthInside(outline.points, base.at);
  const length = Math.hypot(nearest.x - base.at.x, nearest.y - base.at.y);
  const u = length > 0 ? { x: (nearest.x - base.at.x) / length, y: (nearest.y - base.at.y) / length } : { x: 1, y: 0 };
  const sigma = Math.hypot(base.sigma(u), outline.sigma(u));
  const probability = sigma > 0 ? normalCdf(depth / sigma) : depth > 0 ? 1 : 0;
  if (probability >= LEAST) found.push({ surfaceId, probability });
}

const areaOf = (f: Footprint): number =>
  f.kind === 'disk' ? Math.PI * f.radius ** 2 : Math.abs(signedArea2(f.points)) / 2;

function baseOf(o: SceneObject, calibration: Calibration): Base | null {
  if (calibration.homography !== null) {
    const { footprint, covariance: c } = o;
    if (footprint === null || c === null) return null;
    const sigma = (u: Point) => Math.sqrt(Math.max(0, u.x * u.x * c.xx + 2 * u.x * u.y * c.xy + u.y * u.y * c.yy));
    return { at: centreOf(footprint), sigma, area: areaOf(footprint) };
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

function outlineOf(s: SceneObject, calibration: Calibration): Outline | null {
  if (calibration.homography !== null) {
    const { footprint, covariance: c } = s;
    if (footprint === null || c === null) return null;
    const table = s.edgeSigma;
    const own = s.outlineSigma ?? 0;
    const sigma = (u: Point) => {
      if (table !== undefined && table.length > 0) {
        const turn = Math.atan2(u.y, u.x) / (2 * Math.PI);
        return table[Math.round((turn < 0 ? turn + 1 : turn) * table.length) % table.length]!;
      }
      return Math.sqrt(Math.max(0, u.x * u.x * c.xx + 2 * u.x * u.y * c.xy + u.y * u.y * c.yy) + own * own);
    };
    return { points: outlinePoints(footprint), sigma, area: areaOf(footprint) };
  }
  const [x1, y1, x2, y2] = s.bbox;
  // The upper half or so of an open laptop's box is its screen.
  const top = s.class === 'laptop' ? y1 + 0.5 * (y2 - y1) : y1;
  const points = [
    { x: x1, y: top },
    { x: x1, y: y2 },
    { x: x2, y: y2 },
    { x: x2, y: top },
  ];
  const noise = (s.class === 'laptop' ? 0.12 : 0.05) * Math.max(x2 - x1, y2 - y1);
  return { points, sigma: () => noise, area: (x2 - x1) * (y2 - top) };
}

function outlinePoints(f: Footprint): readonly Point[] {
  if (f.kind === 'polygon') return f.points;
  return Array.from({ length: 24 }, (_, i) => {
    const a = (-i * Math.PI) / 12;
    return { x: f.centre.x + f.radius * Math.cos(a), y: f.centre.y + f.radius * Math.sin(a) };
  });
}

/** A copy of the objects with their supports found anew: all of them, or only what one moved object touches. */
export function withSupports(
  objects: readonly SceneObject[],
  zones: readonly Zone[],
  calibration: Calibration,
  moved?: string,
): SceneObject[] {
  const surfaces = objects.filter((o) => SURFACE_CLASSES.has(o.class));
  const carrier = moved === undefined || surfaces.some((s) => s.id === moved);
  return objects.map((o) =>
    moved !== undefined && o.id !== moved && !carrier ? o : { ...o, on: supportsOf(o, surfaces, zones, calibration) },
  );
}
