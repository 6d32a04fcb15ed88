import { centreOf, closestOf, depthInside, footprintDepth, nearestOnSegment, Outline } from './math/geometry.ts';
import { apply } from './math/mat3.ts';
import { MARGINS, marginAt, marginHolds } from './table/table-margin.ts';
import { SURE_SIDE } from './table.ts';
import type { Calibration, Footprint, Measure, Point, Scene, SceneObject, Zone } from './types.ts';

export { centreOf };

/**
 * Lengths on the table with their standard error: first-order propagation of the objects' own errors (box noise,
 * size, orientation), of the calibration's error modes, and of the common scale error (value x scaleSigma).
 */

type Vector = Point;

/** Half width of the 90 % interval of a normal distribution, standard errors. */
const Z90 = 1.6449;

/** Variance of u . (error of a point), mm², from the calibration's modes; `to` minus `from` when two are given. */
function modeVariance(calibration: Calibration, u: Vector, to: Point, from?: Point): number {
  const modes = calibration.view?.modes;
  if (modes === undefined) return 0;
  let sum = 0;
  for (const mode of modes) {
    const a = apply(mode, to);
    let dx = a.x - to.x;
    let dy = a.y - to.y;
    if (from !== undefined) {
      const b = apply(mode, from);
      dx -= b.x - from.x;
      dy -= b.y - from.y;
    }
    const d = u.x * dx + u.y * dy;
    if (Number.isFinite(d)) sum += d * d;
  }
  return sum;
}

/** Variance of the footprint's place along u, mm². */
export function positionVariance(o: SceneObject, u: Vector): number {
  const c = o.covariance;
  return c === null ? 0 : Math.max(0, u.x * u.x * c.xx + 2 * u.x * u.y * c.xy + u.y * u.y * c.yy);
}

/**
 * Standard error of an object's place in the frame of the scene, mm, along both axes: its own, that of the calibration's modes
 * there, and that of the common scale, which grows with the distance from the origin. Null where it has no place.
 */
export function placeSigmas(calibration: Calibration, { footprint, covariance }: SceneObject): Point | null {
  if (footprint === null || covariance === null) return null;
  const at = centreOf(footprint);
  const along = (u: Vector, own: number, value: number) =>
    Math.sqrt(own + modeVariance(calibration, u, at) + (value * (calibration.scaleSigma ?? 0)) ** 2);
  return { x: along({ x: 1, y: 0 }, covariance.xx, at.x), y: along({ x: 0, y: 1 }, covariance.yy, at.y) };
}

/** The same along the axis where it is larger. */
export function placeSigma(calibration: Calibration, o: SceneObject): number | null {
  const sigmas = placeSigmas(calibration, o);
  return sigmas === null ? null : Math.max(sigmas.x, sigmas.y);
}

/** How far two points of the table are apart: the calibration's own errors alone. */
export function pointsApart(calibration: Calibration, from: Point, to: Point): Measure {
  const value = Math.hypot(to.x - from.x, to.y - from.y);
  if (value === 0) return { value, sigma: 0 };
  const u = { x: (to.x - from.x) / value, y: (to.y - from.y) / value };
  const variance = modeVariance(calibration, u, to, from) + (value * (calibration.scaleSigma ?? 0)) ** 2;
  return { value, sigma: Math.sqrt(variance) };
}

/** Variance of where the outline ends in direction u, mm². */
export function edgeVariance(o: SceneObject, u: Vector): number {
  const table = o.edgeSigma;
  if (table === undefined || table.length === 0) return positionVariance(o, u) + (o.outlineSigma ?? 0) ** 2;
  const turn = Math.atan2(u.y, u.x) / (2 * Math.PI);
  const at = (turn < 0 ? turn + 1 : turn) * table.length;
  const i = Math.floor(at);
  const t = at - i;
  return ((1 - t) * table[i % table.length]! + t * table[(i + 1) % table.length]!) ** 2;
}

/** The largest standard error of where an outline ends, over all directions, mm. */
export function outlineSigma(o: SceneObject): number {
  return Math.sqrt(Math.max(...EIGHTHS.map((turn) => edgeVariance(o, { x: Math.cos(turn), y: Math.sin(turn) }))));
}

const EIGHTHS = Array.from({ length: 8 }, (_, k) => (k * Math.PI) / 4);

/**
 * `moved`: how much of the value comes from moving objects. That much is exact where the way was measured out, while the
 * rest keeps the error it had; where one went by the image, all of it has the scale's error. The worse of both counts.
 */
function measure(value: number, variance: number, scaleSigma: number | null, moved = 0): Measure {
  const scaled = Math.max(Math.abs(value), Math.abs(value - moved));
  return { value, sigma: Math.sqrt(variance + (scaled * (scaleSigma ?? 0)) ** 2) };
}

const NOT_MOVED: Vector = { x: 0, y: 0 };

/** An object ready to be measured again and again, also where it does not stand. */
export interface Placed {
  readonly object: SceneObject;
  /** Null when it is not on the plane. */
  readonly outline: Outline | null;
}

export const placed = (object: SceneObject): Placed => ({
  object,
  outline: object.footprint === null ? null : new Outline(object.footprint),
});

/**
 * Distance of two objects on the table, mm: between the outlines of their footprints, or between their centres; where a
 * was carried by (dx, dy) and b by (bx, by), mm. 0 with its error when the footprints overlap; null without calibration
 * or when one of them is not on the plane.
 */
export function distanceApart(
  calibration: Calibration,
  { object: a, outline: from }: Placed,
  { object: b, outline: to }: Placed,
  reference: 'edge' | 'centre',
  dx: number,
  dy: number,
  bx = 0,
  by = 0,
): Measure | null {
  if (calibration.homography === null || from === null || to === null) return null;
  const [va, vb] = [a.carried ?? NOT_MOVED, b.carried ?? NOT_MOVED];
  const [ax, ay, cx, cy] = [va.x + dx, va.y + dy, vb.x + bx, vb.y + by];
  if (reference === 'centre') {
    const p = { x: from.centre.x + dx, y: from.centre.y + dy };
    const q = { x: to.centre.x + bx, y: to.centre.y + by };
    const d = Math.hypot(q.x - p.x, q.y - p.y);
    const u = d > 1e-9 ? { x: (q.x - p.x) / d, y: (q.y - p.y) / d } : { x: 1, y: 0 };
    const own = positionVariance(a, u) + positionVariance(b, u);
    const plane = modeVariance(calibration, u, { x: q.x - cx, y: q.y - cy }, { x: p.x - ax, y: p.y - ay });
    return measure(d, own + plane, calibration.scaleSigma, u.x * (cx - ax) + u.y * (cy - ay));
  }
  const { gap, direction: u, onA, onB } = closestOf(from, to, dx - bx, dy - by);
  const own = edgeVariance(a, u) + edgeVariance(b, { x: -u.x, y: -u.y });
  // Where the nearest points were measured: outlines are carried along, errors stay.
  const q = { x: onB.x - vb.x, y: onB.y - vb.y };
  const p = { x: onA.x + bx - ax, y: onA.y + by - ay };
  const plane = modeVariance(calibration, u, q, p);
  return measure(gap, own + plane, calibration.scaleSigma, u.x * (cx - ax) + u.y * (cy - ay));
}

/** Gap of two boxes in pixels; 0 when they overlap. */
export function gapPx(a: SceneObject, b: SceneObject): number {
  const dx = Math.max(0, a.bbox[0] - b.bbox[2], b.bbox[0] - a.bbox[2]);
  const dy = Math.max(0, a.bbox[1] - b.bbox[3], b.bbox[1] - a.bbox[3]);
  return Math.hypot(dx, dy);
}

function depthWithin(
  scene: Scene,
  o: SceneObject,
  polygon: readonly Point[] | null,
  borderSigma: number,
): Measure | null {
  const { calibration } = scene;
  if (calibration.homography === null || o.footprint === null || polygon === null || polygon.length < 3) return null;
  const { depth, at } = footprintDepth(polygon, o.footprint);
  return reaching(calibration, o, o.footprint, { value: depth, at, borderSigma });
}

/** A length from an object's outline to a point of a border, with its error. */
function reaching(
  calibration: Calibration,
  o: SceneObject,
  footprint: Footprint,
  { value, at, borderSigma }: { value: number; at: Point; borderSigma: number },
): Measure {
  const c = centreOf(footprint);
  const d = Math.hypot(at.x - c.x, at.y - c.y);
  const u = d > 1e-9 ? { x: (at.x - c.x) / d, y: (at.y - c.y) / d } : { x: 1, y: 0 };
  const v = o.carried ?? NOT_MOVED;
  const plane = modeVariance(calibration, u, at, { x: c.x - v.x, y: c.y - v.y });
  const variance = edgeVariance(o, u) + borderSigma ** 2 + plane;
  return measure(value, variance, calibration.scaleSigma, -(u.x * v.x + u.y * v.y));
}

/** False where nothing tells of the table's edge, and the border of the image stands in. */
export const edgeKnown = ({ table }: Scene): boolean => table.reference !== 'image' || table.lines !== undefined;

/** What a length lies between with 90 %; `high` is infinite where nothing bounds it. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** What the distance from an object's outline to the edge of the table lies between, mm; negative: over it. */
export function edgeRange(scene: Scene, o: SceneObject): Range | null {
  if (scene.table.lines !== undefined) return rangeAmongLines(scene, o);
  const m = markedDistance(scene, o);
  if (m === null) return null;
  // How far a table goes on beyond the box that it was detected in is not known.
  const open = scene.table.reference === 'surface';
  return { low: m.value - Z90 * m.sigma, high: open ? Number.POSITIVE_INFINITY : m.value + Z90 * m.sigma };
}

/**
 * So far a table that is seen up to the border of the image goes on beyond it, mm: on 360 rendered desks the edge was nearer
 * than 50 mm for 4 to 6 % of the things for which this is what decides.
 */
const BEYOND_BORDER = 15;

/**
 * What stands this much farther off than the nearest thing (both from the camera, by the image) may stand on another table, a
 * shelf or a counter: on real photos most of what was wrongly called far from the edge did. It cost 5 points of the edge
 * verdicts on rendered desks with a known camera.
 */
const SAME_TABLE = 0.45;

const lowestOf = new WeakMap<Scene['objects'], number>();

/** Nearness to the camera of what an object stands on, 1 at the lowest thing in the image (row three of the homography). */
export function nearnessOf({ calibration: { homography: H }, objects }: Scene, { bbox }: SceneObject): number {
  if (H === null) return 1;
  const nearness = ([x1, , x2, y2]: SceneObject['bbox']) => Math.abs(H[6] * ((x1 + x2) / 2) + H[7] * y2 + H[8]);
  let most = lowestOf.get(objects);
  if (most === undefined) {
    const standing = objects.filter((o) => o.footprint !== null && o.class !== 'table');
    const lowest = standing.reduce<SceneObject | null>((a, b) => (a !== null && a.bbox[3] >= b.bbox[3] ? a : b), null);
    most = lowest === null ? 0 : nearness(lowest.bbox);
    lowestOf.set(objects, most);
  }
  return most > 0 ? nearness(bbox) / most : 1;
}

/**
 * So much table must be seen close around a thing, mm², or what stands there may as well be held in a hand, stand on a box or on
 * another table: then that no edge is in sight says nothing. Of 47 real things that were called far from every edge, 8 were not,
 * by eye; this takes back 7 of them and 13 of the others. On 70 rendered desks it took back 2 of 130.
 */
const LEAST_SEEN_MM2 = 300;

/** Where the image was asked: that it shows table close around a thing. */
const standsOnSeenTable = ({ table: { seenAround } }: Scene, { id }: SceneObject): boolean =>
  seenAround === undefined || (seenAround[id] ?? 0) >= LEAST_SEEN_MM2;

/** A line that may be the edge, from an object's outline: as if it had no end, and as far as it is seen. */
interface LineReach {
  readonly probability: number;
  readonly across: Measure;
  readonly seen: Measure;
  /** The object's outline lies before it, not beyond. */
  readonly isBefore: boolean;
}

/** How far it is from an object's outline to the border of what is known of the table, and to each line that may be its edge. */
export interface EdgeReaches {
  readonly border: Measure;
  /** The image ends there, not the table. */
  readonly isOpen: boolean;
  readonly lines: readonly LineReach[];
}

/** Null where the image was not asked, or the object is not on the plane. */
export function edgeReaches(scene: Scene, o: SceneObject): EdgeReaches | null {
  const { polygon, sides, lines } = scene.table;
  const { footprint } = o;
  if (lines === undefined || polygon === null || footprint === null) return null;
  const side = sideAt(polygon, footprintDepth(polygon, footprint).at);
  const border = depthWithin(scene, o, polygon, sides?.[side] ?? 0);
  if (border === null) return null;
  const corners = footprint.kind === 'disk' ? [footprint.centre] : footprint.points;
  const radius = footprint.kind === 'disk' ? footprint.radius : 0;
  const reach = (value: number, at: Point, borderSigma: number) =>
    reaching(scene.calibration, o, footprint, { value: value - radius, at, borderSigma });
  return {
    border,
    isOpen: (sides?.[side] ?? null) === null,
    lines: lines.map(({ from, to, inward, sigma, probability }) => {
      const depth = (p: Point) => (p.x - from.x) * inward.x + (p.y - from.y) * inward.y;
      const corner = corners.reduce((a, b) => (depth(b) < depth(a) ? b : a));
      const d = depth(corner);
      const foot = { x: corner.x - d * inward.x, y: corner.y - d * inward.y };
      const seen = corners
        .map((p) => ({ at: nearestOnSegment(p, from, to), p }))
        .map(({ at, p }) => ({ at, value: Math.hypot(at.x - p.x, at.y - p.y) }))
        .reduce((a, b) => (b.value < a.value ? b : a));
      return { probability, across: reach(d, foot, sigma), seen: reach(seen.value, seen.at, sigma), isBefore: d >= 0 };
    }),
  };
}

/**
 * The table goes on at least to what may be its edge, or to the border of the image; and at most to what surely is an edge:
 * it is convex, so nothing of it lies beyond the line.
 */
function rangeAmongLines(scene: Scene, o: SceneObject): Range | null {
  const reaches = edgeReaches(scene, o);
  if (reaches === null) return null;
  const { border, isOpen, lines } = reaches;
  let low = border.value - Z90 * border.sigma + (isOpen ? BEYOND_BORDER : 0);
  let high = Number.POSITIVE_INFINITY;
  for (const { probability, across, seen, isBefore } of lines) {
    if (probability >= SURE_SIDE) {
      low = Math.min(low, across.value - Z90 * across.sigma);
      high = Math.min(high, across.value + Z90 * across.sigma);
      continue;
    }
    // What only may be the edge counts as far as it is seen, and for what stands before it.
    if (isBefore) low = Math.min(low, seen.value - Z90 * seen.sigma);
  }
  if (isUnsure(scene, o)) return { low: Math.min(low, 0), high };
  const margins = marginsAt(scene, o);
  if (margins === null) return { low, high };
  const [least, most] = [marginAt(margins, SURE_MARGIN), marginAt(margins, 1 - SURE_MARGIN)];
  const [first, last] = [MARGINS[0], MARGINS.at(-1)!];
  return {
    low: least === 0 ? Math.min(low, 0) : Number.isFinite(least) ? least : Math.max(low, last),
    high: most === 0 ? Math.min(high, first) : Number.isFinite(most) ? most : Math.max(high, last),
  };
}

/**
 * From this probability on the table goes on so far, or does not. Of 118 rendered desks that were kept back while learning, 61 % of the
 * mugs were decided so, 4.9 % of them wrongly.
 */
const SURE_MARGIN = 0.92;

/** Nobody can tell from the image whether the object stands on the table that is seen. */
const isUnsure = (scene: Scene, o: SceneObject): boolean =>
  nearnessOf(scene, o) < SAME_TABLE || !standsOnSeenTable(scene, o);

/** What the image tells of how far the table goes on beyond an object; null where it was not asked, or the object was moved since. */
const marginsAt = ({ table: { goesOn } }: Scene, { id, carried }: SceneObject): readonly number[] | null =>
  carried === undefined ? (goesOn?.[id] ?? null) : null;

/** Probability that the edge of the table is at least `length` mm from an object's outline; NaN where the image does not tell. */
export function edgeAtLeast(scene: Scene, o: SceneObject, length: number): number {
  const margins = marginsAt(scene, o);
  return margins === null || isUnsure(scene, o) ? Number.NaN : marginHolds(margins, length);
}

/**
 * Distance from an object's outline to the edge of the table, mm; negative by how far it is over it. Where the image ends
 * before the table does, the edge is anywhere between the image's border and the nearest edge in sight. Null where no edge
 * is in sight: `edgeRange` says how far the table goes on at least.
 */
export function distanceToEdge(scene: Scene, o: SceneObject): Measure | null {
  if (scene.table.lines === undefined) return markedDistance(scene, o);
  const range = rangeAmongLines(scene, o);
  if (range === null || !Number.isFinite(range.high)) return null;
  return { value: (range.low + range.high) / 2, sigma: (range.high - range.low) / (2 * Z90) };
}

/** A range to the edge with a half width above this, mm, is no measurement. */
export const WIDE_EDGE = 50;

/**
 * The same as one number; null where it is no more than a wide range between a lower bound and the nearest edge that is surely one,
 * or the object cannot be standing on the table that was detected.
 */
export function edgeMeasured(scene: Scene, o: SceneObject): Measure | null {
  const found = standsElsewhere(scene, o) ? null : distanceToEdge(scene, o);
  if (found === null || scene.table.lines === undefined) return found;
  return Z90 * found.sigma > WIDE_EDGE ? null : found;
}

function markedDistance(scene: Scene, o: SceneObject): Measure | null {
  const { polygon, sigma, sides, reference } = scene.table;
  const { footprint } = o;
  if (polygon === null || sides === undefined || footprint === null) return depthWithin(scene, o, polygon, sigma ?? 0);
  const side = sideAt(polygon, footprintDepth(polygon, footprint).at);
  // Where the image cuts a box, its corners are as little table as elsewhere; marked corners are.
  const least = depthWithin(scene, o, polygon, sides[side] ?? (reference === 'surface' ? (sigma ?? 0) : 0));
  if (least === null || sides[side] !== null) return least;
  const corners = footprint.kind === 'disk' ? [footprint.centre] : footprint.points;
  const radius = footprint.kind === 'disk' ? footprint.radius : 0;
  const seen = polygon.flatMap((p, i) => {
    const borderSigma = sides[i] ?? null;
    if (borderSigma === null) return [];
    return corners.map((corner) => {
      const { depth, nearest } = depthInside([p, polygon[(i + 1) % polygon.length]!], corner);
      return { value: Math.abs(depth) - radius, at: nearest, borderSigma };
    });
  });
  if (seen.length === 0) return least;
  const measures = seen.map((edge) => reaching(scene.calibration, o, footprint, edge));
  const nearest = measures.reduce((a, b) => (b.value < a.value ? b : a));
  // The least that any side allows: one farther off may be the less sure by more.
  const low = Math.min(...[least, ...measures].map((m) => m.value - Z90 * m.sigma));
  // To the upper end of the nearest edge in sight, which is often the nearest of all.
  const high = Math.max(least.value + Z90 * least.sigma, nearest.value + Z90 * nearest.sigma);
  return { value: (low + high) / 2, sigma: (high - low) / (2 * Z90) };
}

/** The side of a polygon that a point lies on, or nearest to. */
function sideAt(polygon: readonly Point[], at: Point): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < polygon.length; i++) {
    const p = polygon[i]!;
    const q = polygon[(i + 1) % polygon.length]!;
    const off =
      Math.hypot(p.x - at.x, p.y - at.y) + Math.hypot(q.x - at.x, q.y - at.y) - Math.hypot(p.x - q.x, p.y - q.y);
    if (off < least) [best, least] = [i, off];
  }
  return best;
}

/**
 * True when an object's middle lies beyond the edge of a detected table, error included. What stands upright rests on
 * something, so the detected table is not what it stands on, and that table's edge says nothing about it.
 */
export function standsElsewhere(scene: Scene, o: SceneObject): boolean {
  const box = tableBoxDepth(scene, o);
  return box !== null && box.value < -box.sigma;
}

/** How deep an object's middle lies in the box that a table was detected in, mm; null where none was. */
export function tableBoxDepth({ table }: Scene, { footprint, covariance }: SceneObject): Measure | null {
  const { polygon, sigma } = table.reference === 'surface' ? table : (table.detected ?? { polygon: null, sigma: null });
  if (polygon === null || footprint === null || covariance === null) return null;
  const own = Math.sqrt(Math.max(covariance.xx, covariance.yy));
  return { value: depthInside(polygon, centreOf(footprint)).depth, sigma: Math.hypot(own, sigma ?? 0) };
}

/** How deep an object's outline lies inside a zone, mm; negative by how far it sticks out. */
export function insideZone(scene: Scene, o: SceneObject, zone: Zone): Measure | null {
  return depthWithin(scene, o, zone.polygon, 0);
}

/** Centre of a minus centre of b, mm: dx grows to the right of the image, dy toward the viewer. */
export const offsetBetween = (scene: Scene, a: SceneObject, b: SceneObject): { dx: Measure; dy: Measure } | null =>
  offsetApart(scene.calibration, placed(a), placed(b), 0, 0);

/** The same where a was carried by (dx, dy) and b by (bx, by), mm. */
export function offsetApart(
  calibration: Calibration,
  { object: a, outline: from }: Placed,
  { object: b, outline: to }: Placed,
  dx: number,
  dy: number,
  bx = 0,
  by = 0,
): { dx: Measure; dy: Measure } | null {
  if (calibration.homography === null || from === null || to === null) return null;
  const [va, vb] = [a.carried ?? NOT_MOVED, b.carried ?? NOT_MOVED];
  const x = from.centre.x + dx - to.centre.x - bx;
  const y = from.centre.y + dy - to.centre.y - by;
  const p = { x: from.centre.x - va.x, y: from.centre.y - va.y };
  const q = { x: to.centre.x - vb.x, y: to.centre.y - vb.y };
  const along = (u: Vector, value: number, moved: number) =>
    measure(
      value,
      positionVariance(a, u) + positionVariance(b, u) + modeVariance(calibration, u, p, q),
      calibration.scaleSigma,
      moved,
    );
  return { dx: along(RIGHT, x, va.x + dx - vb.x - bx), dy: along(NEARER, y, va.y + dy - vb.y - by) };
}

const RIGHT: Vector = { x: 1, y: 0 };
const NEARER: Vector = { x: 0, y: 1 };

/** Probability that an object stands on a surface (`laptop-1`, `zone:left half`); 0 when nothing points to it. */
export function onProbability(o: SceneObject, surfaceId: string): number {
  return o.on.find((s) => s.surfaceId === surfaceId)?.probability ?? 0;
}

/**
 * Least distance in pixels from an object's box to the border of the table (or of the image that stands in for it);
 * negative by how far a corner of the box is outside.
 */
export function edgeDistancePx(scene: Scene, o: SceneObject): number {
  const [x1, y1, x2, y2] = o.bbox;
  if (scene.table.reference === 'image' || scene.table.polygonPx.length < 3) {
    return Math.min(x1, y1, scene.width - x2, scene.height - y2);
  }
  const corners = [
    { x: x1, y: y1 },
    { x: x2, y: y1 },
    { x: x2, y: y2 },
    { x: x1, y: y2 },
  ];
  return Math.min(...corners.map((p) => depthInside(scene.table.polygonPx, p).depth));
}
