import type { ImageGradient } from '../contract/image-gradient.ts';
import { polygonOnTable } from './calibration/plane.ts';
import { apply, inverse } from './math/mat3.ts';
import { edgeLines } from './table/edge-lines.ts';
import { shiftOf } from './table/side-error.ts';
import type { Calibration, EdgeLine, Mat3, Point, SceneObject, TableEdge } from './types.ts';

/** Standard error of a table's corners that somebody marked, as a fraction of the image's diagonal. */
const DECLARED_SIGMA = 0.005;
/** A detected table's box contains legs, round corners and hidden parts: its border is off by this share of its size. */
const DETECTED_SIGMA = 0.15;
/** The table is not looked for beyond this many camera distances: near the horizon a pixel means metres. */
const FAR = 0.08;

/** From this probability on a line of the image is a side of the table. */
export const SURE_SIDE = 0.8;

/**
 * Where the table ends: corners that the caller gave, else lines of the image, else (without the image) a detected table,
 * or the image's border in their place.
 */
export function tableEdge(
  width: number,
  height: number,
  declared: readonly (readonly [number, number])[] | null,
  objects: readonly SceneObject[],
  calibration: Calibration,
  gradient?: ImageGradient,
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
  const box = table && edge('surface', rectangle(table.bbox), calibration, image, { px: 0, share: DETECTED_SIGMA });
  const lines = gradient === undefined ? null : edgeLines(gradient, calibration, objects);
  if (lines !== null) return { ...withinLines(lines, calibration, image), ...detected(box) };
  if (box !== null) return box;
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

function detected(box: TableEdge | null): Pick<TableEdge, 'detected'> {
  const { polygon, sigma } = box ?? {};
  return polygon && typeof sigma === 'number' ? { detected: { polygon, sigma } } : {};
}

/** The image as far as the lines that are surely the table's edge. */
function withinLines(lines: readonly EdgeLine[], calibration: Calibration, image: Size): TableEdge {
  const whole = rectangle([0, 0, image.width, image.height]);
  const frame = edge('image', whole, calibration, image, { px: 0, share: 0 });
  const sure = lines.filter(({ probability }) => probability >= SURE_SIDE);
  const H = calibration.homography;
  if (sure.length === 0 || frame.polygon === null || H === null) return { ...frame, lines };
  const back = inverse(H);
  if (back === null) return { ...frame, lines };
  let corners = frame.polygon.map((p) => ({ p, sigma: null as number | null }));
  for (const { from, inward, sigma } of sure) {
    const depth = ({ p }: { p: Point }) => (p.x - from.x) * inward.x + (p.y - from.y) * inward.y;
    const cut = corners.flatMap((a, i) => {
      const b = corners[(i + 1) % corners.length]!;
      const [da, db] = [depth(a), depth(b)];
      const t = da / (da - db);
      const at = { x: a.p.x + t * (b.p.x - a.p.x), y: a.p.y + t * (b.p.y - a.p.y) };
      if (da >= 0 && db >= 0) return [a];
      // A side runs from its point to the next: leaving, it is the line's; coming back, the old one's.
      if (da >= 0) return [a, { p: at, sigma }];
      return db >= 0 ? [{ p: at, sigma: a.sigma }] : [];
    });
    if (cut.length >= 3) corners = cut;
  }
  const polygon = corners.map(({ p }) => p);
  return {
    reference: 'visible',
    polygonPx: polygon.map((p) => apply(back, p)),
    polygon,
    sigma: Math.max(...sure.map((l) => l.sigma)),
    sides: corners.map((c) => c.sigma),
    lines,
  };
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
