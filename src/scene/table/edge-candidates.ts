import type { Point } from '../types.ts';
import type { Line } from './lines.ts';
import { median, type TablePlane } from './table-plane.ts';

/** A line of the image that could be the edge of the table: whatever stands on it lies on one side. */
export interface EdgeCandidate {
  /** Ends of what is seen of it, pixels of the gradient. */
  readonly from: Point;
  readonly to: Point;
  /** Unit vector across it towards the objects, pixels of the gradient. */
  readonly inward: Point;
  /** The same ends, mm. */
  readonly mm: { readonly from: Point; readonly to: Point };
  /** Nothing stands beyond it: else it is the edge of a table of which only some things stand. */
  readonly alone: boolean;
  readonly features: EdgeFeatures;
}

/** What speaks for and against it; lengths in pixels as shares of the image's longer side. */
export type EdgeFeatures = Readonly<Record<EdgeFeature, number>>;
export const EDGE_FEATURES = [
  // How long it is: in the image, mm on the table, and not behind objects.
  'px',
  'mm',
  'seen',
  // How much of what is seen is an edge, how much of that lies along boxes of objects; Sobel steps; its bend.
  'cover',
  'inBox',
  'strength',
  'bend',
  // Grey values on both sides: their difference close by and farther off, their spread; of the table around the objects.
  'diff',
  'wideDiff',
  'sdIn',
  'sdOut',
  'toneIn',
  'toneGap',
  // Other edges on the way from it to the objects and away from them; share of ways to the objects without any.
  'hitsIn',
  'hitsOut',
  'free',
  // Clearance of the objects, mm and errors of theirs; how many; which way they lie; how near it is.
  'nearest',
  'clear',
  'count',
  'inX',
  'inY',
  'nearness',
  // Other candidates: that end where it ends, at right angles, parallel.
  'corner',
  'square',
  'parallel',
  // How deep it lies in the detected table's box (9: no table was detected).
  'box',
] as const;
export type EdgeFeature = (typeof EDGE_FEATURES)[number];

type OwnFeatures = Omit<Record<EdgeFeature, number>, 'corner' | 'square' | 'parallel'>;

/** Nearer to the horizon than this, a pixel means metres. */
const FARTHEST = 0.1;
/** Share of the objects that may stand beyond it, on something else. */
const ELSEWHERE = 0.34;
/** An object may seem to stand beyond the edge by so many standard errors. */
const BEYOND = 1.5;
/** Lines this close to the image's border all along, share of the image, are its frame. */
const BORDER = 0.02;
/** Sobel steps of an edge that is in the way. */
const IN_THE_WAY = 60;
/** Ways from the line are followed so far, share of the image. */
const WAY = 0.2;
const WAYS = 14;

export function edgeCandidates(lines: readonly Line[], plane: TablePlane): EdgeCandidate[] {
  const own = lines.flatMap((line) => candidate(line, plane) ?? []);
  const big = Math.max(plane.gradient.width, plane.gradient.height);
  return own.map((c) => ({ ...c, features: { ...c.features, ...relations(c, own, big) } }));
}

interface OwnCandidate extends Omit<EdgeCandidate, 'features'> {
  readonly features: OwnFeatures;
}

function candidate(line: Line, plane: TablePlane): OwnCandidate | null {
  const { gradient, nearness, standing } = plane;
  const big = Math.max(gradient.width, gradient.height);
  const at = (t: number): Point => ({ x: line.x + t * line.ux, y: line.y + t * line.uy });
  const [from, to] = [at(line.from), at(line.to)];
  if (alongBorder(from, to, gradient)) return null;
  if (nearness(from.x, from.y) < FARTHEST || nearness(to.x, to.y) < FARTHEST) return null;
  const [p, q] = [plane.at(from.x, from.y), plane.at(to.x, to.y)];
  const mm = Math.hypot(q.x - p.x, q.y - p.y);
  if (!(mm > 1)) return null;
  // On the table: across the line, towards most objects.
  const across = { x: -(q.y - p.y) / mm, y: (q.x - p.x) / mm };
  const beyond = standing.filter(({ middle }) => depthOf(middle, p, across) < 0).length;
  const side = 2 * beyond <= standing.length ? 1 : -1;
  const n = { x: side * across.x, y: side * across.y };
  const all = standing.map((o) => ({ ...o, depth: depthOf(o.middle, p, n) }));
  const inside = all.filter((o) => o.depth >= -BEYOND * o.sigma);
  if (all.length - inside.length > ELSEWHERE * all.length) return null;
  const middle = at((line.from + line.to) / 2);
  const stepped = plane.at(middle.x - line.uy, middle.y + line.ux);
  const flip = depthOf(stepped, plane.at(middle.x, middle.y), n) > 0 ? 1 : -1;
  const inward = { x: -flip * line.uy, y: flip * line.ux };
  const clearances = inside.map((o) => o.depth - o.radius);
  return {
    from,
    to,
    inward,
    mm: { from: p, to: q },
    alone: inside.length === all.length,
    features: {
      px: (line.to - line.from) / big,
      mm,
      ...along(line, inward, plane),
      ...ways(line, inward, plane),
      bend: line.parts.reduce((most, s) => Math.max(most, Math.abs(s.bend)), 0),
      nearest: Math.min(...clearances),
      clear: Math.min(...inside.map((o, i) => clearances[i]! / (o.sigma + 5))),
      count: inside.length,
      inX: n.x,
      inY: n.y,
      nearness: nearness(middle.x, middle.y),
      box: inTable(middle, plane.table),
    },
  };
}

/** A frame around the picture, or where it was cut, is no edge of the table. */
function alongBorder(p: Point, q: Point, { width, height }: TablePlane['gradient']): boolean {
  const near = BORDER * Math.max(width, height);
  const both = (of: (p: Point) => number) => of(p) <= near && of(q) <= near;
  return both((c) => c.x) || both((c) => c.y) || both((c) => width - c.x) || both((c) => height - c.y);
}

const depthOf = (p: Point, on: Point, n: Point) => (p.x - on.x) * n.x + (p.y - on.y) * n.y;

function inTable({ x, y }: Point, table: TablePlane['table']): number {
  if (table === null) return 9;
  const [x1, y1, x2, y2] = table;
  const depth = Math.min(x - x1, x2 - x, y - y1, y2 - y) / (Math.hypot(x2 - x1, y2 - y1) || 1);
  return Math.max(-0.3, Math.min(0.5, depth));
}

/** What is seen along it, every two pixels, and close to it on both sides. */
function along(line: Line, inward: Point, { gradient, covered }: TablePlane) {
  const { width, height, grey } = gradient;
  const big = Math.max(width, height);
  let seen = 0;
  let edges = 0;
  let open = 0;
  let close = 0;
  let strength = 0;
  let next = 0;
  const inside: number[] = [];
  const beyond: number[] = [];
  for (let t = line.from; t <= line.to; t += 2) {
    const x = line.x + t * line.ux;
    const y = line.y + t * line.uy;
    while (next < line.parts.length - 1 && line.parts[next]!.to + 2 < t) next++;
    const part = line.parts[next]!;
    const isEdge = t >= part.from - 2 && t <= part.to + 2;
    const cover = pixel(covered, x, y, width, height);
    if (isEdge) {
      edges++;
      strength += part.strength;
      if (cover > 0) close++;
    }
    if (cover === 2) continue;
    seen++;
    if (isEdge) open++;
    const i = pixel(grey, x + 5 * inward.x, y + 5 * inward.y, width, height);
    const o = pixel(grey, x - 5 * inward.x, y - 5 * inward.y, width, height);
    if (i < 0 || o < 0) continue;
    inside.push(i);
    beyond.push(o);
  }
  return {
    seen: (2 * seen) / big,
    cover: seen > 0 ? open / seen : 0,
    inBox: edges > 0 ? close / edges : 1,
    strength: edges > 0 ? strength / edges : 0,
    diff: Math.abs(mean(inside) - mean(beyond)),
    sdIn: spread(inside),
    sdOut: spread(beyond),
  };
}

/** Value of a plane at a place; -1 outside of it. */
function pixel(plane: Uint8Array, x: number, y: number, width: number, height: number): number {
  const u = Math.floor(x);
  const v = Math.floor(y);
  return u >= 0 && v >= 0 && u < width && v < height ? plane[v * width + u]! : -1;
}

/** What is met on straight ways from it towards the objects and away from them. */
function ways(line: Line, inward: Point, plane: TablePlane) {
  const { gradient, covered, nearness, tone, toneSd } = plane;
  const { width, height, x: gx, y: gy, grey } = gradient;
  const limit = WAY * Math.max(width, height);
  const step = Math.max(4, (line.to - line.from) / WAYS);
  const hits = [0, 0];
  const lengths = [0, 0];
  const tones: [number[], number[]] = [[], []];
  let free = 0;
  let count = 0;
  for (let t = line.from + step / 2; t < line.to; t += step) {
    const x = line.x + t * line.ux;
    const y = line.y + t * line.uy;
    if (pixel(covered, x, y, width, height) > 0) continue;
    count++;
    for (const away of [0, 1] as const) {
      const dx = away ? -inward.x : inward.x;
      const dy = away ? -inward.y : inward.y;
      let met = 0;
      let last = false;
      let k = 4;
      for (; k < limit; k++) {
        const u = Math.floor(x + k * dx);
        const v = Math.floor(y + k * dy);
        if (u < 1 || v < 1 || u >= width - 1 || v >= height - 1) break;
        const i = v * width + u;
        if (covered[i]! > 0 || (k % 8 === 0 && nearness(u, v) < FARTHEST)) break;
        const strong = Math.abs(gx[i]!) + Math.abs(gy[i]!) > IN_THE_WAY;
        if (strong && !last) met++;
        last = strong;
        if (k % 4 === 0 && k <= 24) tones[away].push(grey[i]!);
      }
      hits[away]! += met;
      lengths[away]! += k - 4;
      if (!away && met === 0) free++;
    }
  }
  const [within, outside] = tones.map(median) as [number, number];
  return {
    hitsIn: (100 * hits[0]!) / (lengths[0]! + 20),
    hitsOut: (100 * hits[1]!) / (lengths[1]! + 20),
    free: count > 0 ? free / count : 0,
    toneIn: Math.abs(within - tone) / toneSd,
    toneGap: Math.abs(outside - tone) - Math.abs(within - tone),
    wideDiff: Math.abs(within - outside),
  };
}

/** How the others lie to it. */
function relations(c: OwnCandidate, all: readonly OwnCandidate[], big: number) {
  const d = direction(c);
  let corner = 0;
  let square = 0;
  let parallel = 0;
  for (const other of all) {
    if (other === c) continue;
    const e = direction(other);
    const cos = Math.abs(d.x * e.x + d.y * e.y);
    if (cos < 0.12) square += other.features.px;
    if (cos > 0.99) parallel += other.features.px;
    if (cos < 0.5 && endsMeet(c, other, 0.03 * big)) corner++;
  }
  return { corner, square, parallel };
}

function direction({ mm: { from, to } }: OwnCandidate): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
}

const endsMeet = (a: OwnCandidate, b: OwnCandidate, within: number) =>
  [a.from, a.to].some((p) => [b.from, b.to].some((q) => Math.hypot(p.x - q.x, p.y - q.y) < within));

const mean = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((s, v) => s + v, 0) / values.length;

function spread(values: readonly number[]): number {
  const m = mean(values);
  return Math.sqrt(mean(values.map((v) => (v - m) ** 2)));
}
