import type { Point, Scene, Zone } from '../scene/types.ts';

/** Zones that every scene has without being told: which side of the middle, and of which axis. */
const HALVES: Readonly<Record<string, readonly ['x' | 'y', -1 | 1]>> = {
  'left half': ['x', -1],
  'right half': ['x', 1],
  'back half': ['y', -1],
  'front half': ['y', 1],
};

/** Names of zones mean the same whatever their case and spacing. */
export const zoneKey = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');

/** The half that holds all that a half does not; null for other zones, of which nobody knows what is around them. */
export function otherHalf(name: string): string | null {
  const key = zoneKey(name);
  const half = Object.hasOwn(HALVES, key) ? HALVES[key]! : null;
  if (half === null) return null;
  return Object.keys(HALVES).find((n) => HALVES[n]![0] === half[0] && HALVES[n]![1] !== half[1]) ?? null;
}

/**
 * One half of the table, or of the image where the table's edge is not known: everything on that side of its middle, as
 * the camera sees it. Null for other names.
 */
export function halfOf(scene: Scene, name: string): Zone | null {
  const half = Object.hasOwn(HALVES, name) ? HALVES[name] : undefined;
  if (half === undefined) return null;
  const { polygonPx, polygon } = scene.table;
  if (polygonPx.length < 3) return null;
  return {
    name,
    kind: 'zone',
    polygonPx: side(polygonPx, ...half),
    polygon: polygon === null || polygon.length < 3 ? null : side(polygon, ...half),
  };
}

/** A rectangle from the middle of the points outward, far beyond all of them. */
function side(points: readonly Point[], axis: 'x' | 'y', sign: -1 | 1): Point[] {
  const along = points.map((p) => p[axis]);
  const across = points.map((p) => (axis === 'x' ? p.y : p.x));
  const reach = 10 * (Math.max(...along) - Math.min(...along) + Math.max(...across) - Math.min(...across));
  const middle = (Math.min(...along) + Math.max(...along)) / 2;
  const [from, to] = sign < 0 ? [middle - reach, middle] : [middle, middle + reach];
  const [low, high] = [Math.min(...across) - reach, Math.max(...across) + reach];
  return axis === 'x'
    ? [point(from, low), point(from, high), point(to, high), point(to, low)]
    : [point(low, from), point(low, to), point(high, to), point(high, from)];
}

const point = (x: number, y: number): Point => ({ x, y });
