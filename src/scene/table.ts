import { apply } from './mat3.ts';
import { polygonOnTable } from './plane.ts';
import type { Calibration, Mat3, Point, SceneObject, TableEdge } from './types.ts';

/** Standard error of a table's corners that somebody marked, as a fraction of the picture's diagonal. */
const DECLARED_SIGMA = 0.005;
/** A detected table's box contains legs, round corners and hidden parts: its border is off by this share of its size. */
const DETECTED_SIGMA = 0.15;
/** The table is not looked for beyond this many camera distances: near the horizon a pixel means metres. */
const FAR = 0.08;

/** Where the table ends: corners that the caller gave, a detected table, or the picture's border in their place. */
export function tableEdge(
  width: number,
  height: number,
  declared: readonly (readonly [number, number])[] | null,
  objects: readonly SceneObject[],
  calibration: Calibration,
): TableEdge {
  if (declared !== null && declared.length >= 3) {
    const polygonPx = declared.map(([x, y]) => ({ x, y }));
    return edge('declared', polygonPx, calibration, DECLARED_SIGMA * Math.hypot(width, height), 0);
  }
  const table = tableOf(objects);
  if (table !== null) return edge('surface', rectangle(table.bbox), calibration, 0, DETECTED_SIGMA);
  return edge('image', rectangle([0, 0, width, height]), calibration, 0, 0);
}

/**
 * The detected table that most things stand on, the larger of two; null when more than half of them stand elsewhere: the
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

/** The middle of the lower border of a thing's box lies in the table's box. */
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

function edge(
  reference: TableEdge['reference'],
  polygonPx: readonly Point[],
  calibration: Calibration,
  sigmaPx: number,
  sigmaShare: number,
): TableEdge {
  const clipped = calibration.homography === null ? null : belowHorizon(polygonPx, calibration.homography, calibration);
  const polygon = clipped === null ? null : polygonOnTable(calibration, clipped);
  if (polygon === null) return { reference, polygonPx, polygon: null, sigma: null };
  const xs = polygon.map((p) => p.x);
  const ys = polygon.map((p) => p.y);
  const extent = Math.min(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  const sigma = Math.hypot(sigmaPx * (calibration.mmPerPixel ?? 0), sigmaShare * extent);
  return { reference, polygonPx, polygon, sigma };
}

/** The part of a pixel polygon that shows the table plane, cut a little below the horizon; null when too little is left. */
function belowHorizon(polygon: readonly Point[], homography: Mat3, calibration: Calibration): Point[] | null {
  const view = calibration.view;
  const lower = view ? { x: view.width / 2, y: view.height } : polygon[0]!;
  const w = (p: Point) => homography[6] * p.x + homography[7] * p.y + homography[8];
  const full = w(lower);
  const depth = (p: Point) => w(p) / full - FAR;
  const out: Point[] = [];
  for (let i = 0; i < polygon.length; i++) {
    const p = polygon[i]!;
    const q = polygon[(i + 1) % polygon.length]!;
    const dp = depth(p);
    const dq = depth(q);
    if (dp >= 0) out.push(p);
    if (dp >= 0 !== dq >= 0) {
      const t = dp / (dp - dq);
      out.push({ x: p.x + t * (q.x - p.x), y: p.y + t * (q.y - p.y) });
    }
  }
  return out.length >= 3 && out.every((p) => Number.isFinite(apply(homography, p).x)) ? out : null;
}
