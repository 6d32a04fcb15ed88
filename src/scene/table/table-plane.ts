import type { Box } from '../../contract/detection.ts';
import type { ImageGradient } from '../../contract/image-gradient.ts';
import { centreOf } from '../math/geometry.ts';
import { apply, inverse, weight } from '../math/mat3.ts';
import type { Calibration, Footprint, Mat3, Point, SceneObject } from '../types.ts';

/** What is known of the table before its edge is looked for, in pixels of the gradient and mm. */
export interface TablePlane {
  readonly gradient: ImageGradient & { readonly grey: Uint8Array };
  readonly homography: Mat3;
  readonly standing: readonly Standing[];
  /** For each pixel: 2 in the box of an object, 1 close to one, 0 elsewhere. */
  readonly covered: Uint8Array;
  /** Grey value of the table around the objects, and its spread. */
  readonly tone: number;
  readonly toneSd: number;
  /** The detected table's box, pixels of the gradient. */
  readonly table: Box | null;
  /** Table mm of a pixel of the gradient. */
  readonly at: (x: number, y: number) => Point;
  /** Nearness of what a pixel shows, 1 at the lowest object, 0 on the horizon. */
  readonly nearness: (x: number, y: number) => number;
}

export interface Standing {
  readonly middle: Point;
  /** Standard error of the middle, mm. */
  readonly sigma: number;
  /** Radius of the largest disk around the middle inside the footprint, mm. */
  readonly radius: number;
}

/** So close to a box are edges of the object itself, pixels. */
const CLOSE = 3;

/** Null without millimetres, grey values or anything that stands on the table. */
export function tablePlane(
  gradient: ImageGradient,
  { homography }: Calibration,
  objects: readonly SceneObject[],
): TablePlane | null {
  const { width, height, scaleX, scaleY, grey } = gradient;
  const things = objects.filter((o) => o.class !== 'table');
  const feet = things.filter((o) => o.footprint !== null);
  if (homography === null || grey === undefined || feet.length === 0) return null;
  const scaled = ({ bbox: [x1, y1, x2, y2] }: SceneObject): Box => [x1 * scaleX, y1 * scaleY, x2 * scaleX, y2 * scaleY];
  const covered = new Uint8Array(width * height);
  for (const [value, pad] of [
    [1, CLOSE],
    [2, 0],
  ] as const) {
    for (const o of things) {
      const [x1, y1, x2, y2] = scaled(o);
      const [left, right] = [Math.max(0, Math.round(x1 - pad)), Math.min(width, Math.round(x2 + pad))];
      const [top, bottom] = [Math.max(0, Math.round(y1 - pad)), Math.min(height, Math.round(y2 + pad))];
      for (let y = top; y < bottom; y++) if (right > left) covered.fill(value, y * width + left, y * width + right);
    }
  }
  const lowest = feet.reduce((a, b) => (b.bbox[3] > a.bbox[3] ? b : a));
  const near = weight(homography, { x: (lowest.bbox[0] + lowest.bbox[2]) / 2, y: lowest.bbox[3] });
  const tables = objects.filter((o) => o.class === 'table');
  const table = tables.reduce<SceneObject | null>((a, b) => (a === null || b.confidence > a.confidence ? b : a), null);
  const tones = tonesAround(feet, covered, { ...gradient, grey }, homography);
  const tone = median(tones);
  return {
    gradient: { ...gradient, grey },
    homography,
    standing: feet.map((o) => {
      const { xx, yy } = o.covariance ?? { xx: 0, yy: 0 };
      return {
        middle: centreOf(o.footprint!),
        sigma: Math.sqrt(Math.max(xx, yy)),
        radius: innerRadius(o.footprint!),
      };
    }),
    covered,
    tone,
    toneSd: Math.max(3, 1.5 * median(tones.map((t) => Math.abs(t - tone)))),
    table: table && scaled(table),
    at: (x, y) => apply(homography, { x: x / scaleX, y: y / scaleY }),
    nearness: (x, y) => weight(homography, { x: x / scaleX, y: y / scaleY }) / near,
  };
}

function innerRadius(footprint: Footprint): number {
  if (footprint.kind === 'disk') return footprint.radius;
  const c = centreOf(footprint);
  const { points } = footprint;
  const gaps = points.map((p, i) => {
    const q = points[(i + 1) % points.length]!;
    return Math.abs((q.x - p.x) * (c.y - p.y) - (q.y - p.y) * (c.x - p.x)) / (Math.hypot(q.x - p.x, q.y - p.y) || 1);
  });
  return gaps.length === 0 ? 0 : Math.min(...gaps);
}

/** Grey values on rings around what stands on the table, where nothing covers them. */
function tonesAround(
  feet: readonly SceneObject[],
  covered: Uint8Array,
  { width, height, scaleX, scaleY, grey }: TablePlane['gradient'],
  homography: Mat3,
): number[] {
  const back = inverse(homography);
  if (back === null) return [];
  return feet.flatMap(({ footprint }) => {
    const c = centreOf(footprint!);
    const reach =
      footprint!.kind === 'disk'
        ? footprint!.radius
        : Math.max(...footprint!.points.map((p) => Math.hypot(p.x - c.x, p.y - c.y)));
    return RINGS.flatMap((more) =>
      DIRECTIONS.flatMap(([dx, dy]) => {
        const p = apply(back, { x: c.x + (reach + more) * dx, y: c.y + (reach + more) * dy });
        const [u, v] = [Math.floor(p.x * scaleX), Math.floor(p.y * scaleY)];
        if (!(u >= 0 && v >= 0 && u < width && v < height)) return [];
        const i = v * width + u;
        return covered[i] === 0 ? [grey[i]!] : [];
      }),
    );
  });
}

/** Around the objects, mm. */
const RINGS = [15, 30, 50];
const DIRECTIONS = Array.from(
  { length: 16 },
  (_, k) => [Math.cos((k * Math.PI) / 8), Math.sin((k * Math.PI) / 8)] as const,
);

/** 128 of none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return 128;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
