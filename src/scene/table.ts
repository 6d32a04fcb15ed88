import { polygonOnTable } from './calibration/plane.ts';
import { apply } from './math/mat3.ts';
import type { Calibration, Mat3, Point, SceneObject, TableEdge } from './types.ts';

/** Standard error of a table's corners that somebody marked, as a fraction of the image's diagonal. */
const DECLARED_SIGMA = 0.005;
/** A detected table's box contains legs, round corners and hidden parts: its border is off by this share of its size. */
const DETECTED_SIGMA = 0.15;
/** The table is not looked for beyond this many camera distances: near the horizon a pixel means metres. */
const FAR = 0.08;

/** Where the table ends: corners that the caller gave, a detected table, or the image's border in their place. */
export function tableEdge(
  width: number,
  height: number,
  declared: readonly (readonly [number, number])[] | null,
  objects: readonly SceneObject[],
  calibration: Calibration,
): TableEdge {
  const image = { width, height };
  if (declared !== null && declared.length >= 3) {
    const polygonPx = declared.map(([x, y]) => ({ x, y }));
    return edge('declared', polygonPx, calibration, image, {
      px: DECLARED_SIGMA * Math.hypot(width, height),
      share: 0,
    });
  }
  const table = tableOf(objects);
  if (table !== null)
    return edge('surface', rectangle(table.bbox), calibration, image, { px: 0, share: DETECTED_SIGMA });
  return edge('image', rectangle([0, 0, width, height]), calibration, image, { px: 0, share: 0 });
}

/**
 * The detected table that most objects stand on, the larger of two; null when more than half of them stand elsewhere: the
 * detector saw some table, but not this one.
 */
function tableOf(objects: readonly SceneObject[]): SceneObject | null {
  const standing = objects.filter((o) => o.footprint !== null && o.class !== 'table');
  const carried = (table: SceneObject) => standing.filter((o) => standsIn(table, o)).length;
  const [best] = objects
    .filter((o) => o.class === 'table' && size(o) > 0)
    .map((table) => ({ table, carried: carried(table) }))
    .sort((a, b) => b.carried - a.carried || size(b.table) - size(a.table));
  return best !== undefined && 2 * best.carried >= standing.length ? best.table : null;
}

/** The middle of the lower border of an object's box lies in the table's box. */
function standsIn({ bbox: [x1, y1, x2, y2] }: SceneObject, { bbox }: SceneObject): boolean {
  const x = (bbox[0] + bbox[2]) / 2;
  return x >= x1 && x <= x2 && bbox[3] >= y1 && bbox[3] <= y2;
}

const size = (o: SceneObject) => (o.bbox[2] - o.bbox[0]) * (o.bbox[3] - o.bbox[1]);

function rectangle([x1, y1, x2, y2]: readonly [number, number, number, number]): Point[] {
  return [
    { x: x1, y: y1 },
    { x: x1, y: y2 },
    { x: x2, y: y2 },
    { x: x2, y: y1 },
  ];
}

interface Error {
  /** Standard error of marked corners, pixels. */
  readonly px: number;
  /** Of the border as a share of the table's size. */
  readonly share: number;
}

function edge(
  reference: TableEdge['reference'],
  polygonPx: readonly Point[],
  calibration: Calibration,
  image: Size,
  error: Error,
): TableEdge {
  const H = calibration.homography;
  const clipped = H === null ? null : belowHorizon(polygonPx, H, calibration);
  const polygon =
    clipped === null
      ? null
      : polygonOnTable(
          calibration,
          clipped.map((c) => c.at),
        );
  if (H === null || clipped === null || polygon === null) return { reference, polygonPx, polygon: null, sigma: null };
  const xs = polygon.map((p) => p.x);
  const ys = polygon.map((p) => p.y);
  const extent = Math.min(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  const rough = error.share * extent;
  const sigma = Math.hypot(error.px * (calibration.mmPerPixel ?? 0), rough);
  if (reference === 'image') return { reference, polygonPx, polygon, sigma };
  const sides = clipped.map(({ at: p, far }, i) => {
    const next = clipped[(i + 1) % clipped.length]!;
    if ((far && next.far) || alongBorder(p, next.at, image)) return null;
    return Math.hypot(rough, shiftOf(H, p, next.at, error.px));
  });
  // No edge of the table is in sight at all.
  if (sides.every((s) => s === null)) return { reference: 'image', polygonPx, polygon, sigma };
  return { reference, polygonPx, polygon, sigma, sides };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Both ends lie on the same border of the image, to within half a percent of it. */
function alongBorder(p: Point, q: Point, { width, height }: Size): boolean {
  const near = 0.005 * Math.max(width, height);
  const both = (of: (p: Point) => boolean) => of(p) && of(q);
  return (
    both((c) => c.x <= near) ||
    both((c) => c.x >= width - near) ||
    both((c) => c.y <= near) ||
    both((c) => c.y >= height - near)
  );
}

/** How far the middle of a side goes across itself on the table when it is moved by some pixels across itself, mm. */
function shiftOf(homography: Mat3, p: Point, q: Point, px: number): number {
  const length = Math.hypot(q.x - p.x, q.y - p.y) || 1;
  const middle = { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 };
  const n = { x: -(q.y - p.y) / length, y: (q.x - p.x) / length };
  const [a, b] = [apply(homography, p), apply(homography, q)];
  const [from, to] = [middle, { x: middle.x + n.x * px, y: middle.y + n.y * px }].map((c) => apply(homography, c)) as [
    Point,
    Point,
  ];
  const side = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const shift = Math.abs((b.x - a.x) * (to.y - from.y) - (b.y - a.y) * (to.x - from.x)) / side;
  return Number.isFinite(shift) ? shift : 0;
}

/** What a box in the image covers of the table plane, mm; null without millimetres or above the horizon. */
export function coveredBy(bbox: SceneObject['bbox'], calibration: Calibration): Point[] | null {
  const H = calibration.homography;
  const clipped = H === null ? null : belowHorizon(rectangle(bbox), H, calibration);
  return clipped === null
    ? null
    : polygonOnTable(
        calibration,
        clipped.map((c) => c.at),
      );
}

/**
 * The part of a pixel polygon that shows the table plane, cut a little below the horizon (`far`: a corner of that cut);
 * null when too little is left.
 */
function belowHorizon(
  polygon: readonly Point[],
  homography: Mat3,
  calibration: Calibration,
): { readonly at: Point; readonly far: boolean }[] | null {
  const view = calibration.view;
  const lower = view ? { x: view.width / 2, y: view.height } : polygon[0]!;
  const w = (p: Point) => homography[6] * p.x + homography[7] * p.y + homography[8];
  const full = w(lower);
  const depth = (p: Point) => w(p) / full - FAR;
  const out: { at: Point; far: boolean }[] = [];
  for (let i = 0; i < polygon.length; i++) {
    const p = polygon[i]!;
    const q = polygon[(i + 1) % polygon.length]!;
    const dp = depth(p);
    const dq = depth(q);
    if (dp >= 0) out.push({ at: p, far: false });
    if (dp >= 0 !== dq >= 0) {
      const t = dp / (dp - dq);
      out.push({ at: { x: p.x + t * (q.x - p.x), y: p.y + t * (q.y - p.y) }, far: true });
    }
  }
  return out.length >= 3 && out.every(({ at }) => Number.isFinite(apply(homography, at).x)) ? out : null;
}
