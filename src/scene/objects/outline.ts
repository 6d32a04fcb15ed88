import type { ImageGradient } from '../../contract/image-gradient.ts';
import { type Camera, FARTHEST, type Projection } from '../calibration/camera.ts';
import type { Point } from '../types.ts';
import { type Body, HULL_SIZE, type Lid } from './body.ts';
import { edgeAlong, found } from './edge-search.ts';
import { ring, silhouette, startOrder } from './silhouette.ts';

/**
 * A body fitted to the edges of the image: points along its outline look along their normals for the strongest edge, and
 * place, sizes and turn follow by Gauss-Newton steps (RAPID, Harris and Stennett 1990), held by the box and by the prior. An open
 * laptop that shows its screen is no convex thing: its base and its lid are outlined apart, with the hinge between them.
 */

export interface OutlineFit {
  readonly p: number;
  readonly q: number;
  readonly at: Point;
  /** How much farther it is turned, radians. */
  readonly turn: number;
  /** Factor of the depth of its base, where that is drawn as a share of the width. */
  readonly deeper: number;
  /** How much of the outline lies on edges of the image, 0..1. */
  readonly support: number;
}

export interface OutlineOptions {
  readonly gradient: ImageGradient;
  /** Left, top, right and bottom of the noisy copy of the box; null where a side says nothing. */
  readonly sides: readonly (Side | null)[];
  /**
   * Prior of the open sizes: the values drawn for this hypothesis, and the inverse of their covariance; of turn and depth the
   * values drawn, in standard deviations from the body's own.
   */
  readonly prior: SizePrecision & {
    readonly p: number;
    readonly q: number;
    readonly turn: number;
    readonly deep: number;
  };
  /** Errors of the outline's edges for this hypothesis: `OUTLINE_ERRORS` standard normal numbers. */
  readonly errors: readonly number[];
}

/** A side of a box and its standard error, image pixels. */
export interface Side {
  readonly at: number;
  readonly sigma: number;
}

/** Inverse covariance of the open sizes. */
export interface SizePrecision {
  readonly pp: number;
  readonly pq: number;
  readonly qq: number;
}

const SAMPLES = 36;
/** Standard error of an outline's edge: pixels of the gradient, and what bodies leave out as a share of the box. */
const EDGE_PX = 1;
const EDGE_SHARE = 0.012;
/** That many of the samples say something of their own. */
const INDEPENDENT = 10;
/** Everywhere alike, with the direction of the normal (2), and with twice it (2): how errors of an outline hang together. */
export const OUTLINE_ERRORS = 5;
/** How far is looked in each round, in standard errors of the box. */
const REACHES = [1.5, 0.8, 0.4];
/** Steps of the derivatives: mm, and logarithms of lengths or radians. */
const STEPS = [2, 2, 0.02, 0.02, 0.02, 0.02] as const;
/** Place, two sizes, turn, depth of the base. */
const UNKNOWNS = STEPS.length;
/** How well the votes of the image tell a turn (`turn.ts`), radians. */
const TURN_SIGMA = 0.06;
/** Of what is round, or turned as it was drawn. */
const AS_DRAWN = 1e9;

/** In pixels of the gradient. */
const MAX_REACH = 48;

const us = new Float64Array(HULL_SIZE / 3);
const vs = new Float64Array(HULL_SIZE / 3);
const du = STEPS.map(() => new Float64Array(HULL_SIZE / 3));
const dv = STEPS.map(() => new Float64Array(HULL_SIZE / 3));
const points = new Float64Array(HULL_SIZE);
const normal = new Float64Array(UNKNOWNS * UNKNOWNS);
const right = new Float64Array(UNKNOWNS);
const row = new Float64Array(UNKNOWNS);
const extreme = new Int32Array(4);
/** Where the edges of the outline begin and end, and the points that they and the box ask for. */
const starts = new Int32Array(HULL_SIZE);
const ends = new Int32Array(HULL_SIZE);
const asked = new Int32Array(HULL_SIZE);

/** Null when the body leaves the camera's view on the way. */
export function fitOutline(
  body: Body,
  camera: Camera,
  start: Omit<OutlineFit, 'support'>,
  { gradient: g, sides, prior, errors }: OutlineOptions,
): OutlineFit | null {
  let { p, q } = start;
  let { x, y } = start.at;
  let { turn } = start;
  let deep = Math.log(start.deeper);
  const { deepness = 0 } = body;
  const deepens = deepness > 0;
  const turns = typeof body.base(p, q) !== 'number';
  const scale = Math.sqrt(g.scaleX * g.scaleY);
  const widest = sides.reduce((most, side) => Math.max(most, side?.sigma ?? 0), 0);
  let support = 0;
  startOrder();
  for (const share of REACHES) {
    const n = project(camera, body, { p, q, x, y, turn, deep });
    if (n === 0) return null;
    const lid = body.lid !== undefined && showsLid(body.lid) ? body.lid : null;
    // Other points than in the last round.
    if (body.lid !== undefined) startOrder();
    const m = silhouette(us, vs, lid?.base ?? n);
    if (m < 3) return null;
    const edges = edgesOf(m, lid);
    if (!differentiate(camera, body, { p, q, x, y, turn, deep }, n, askedOf(m, lid), turns)) return null;
    normal.fill(0);
    right.fill(0);
    // A hint of a prior on the place, so that the equations always have a solution.
    normal[entry(0, 0)] = 1e-8;
    normal[entry(1, 1)] = 1e-8;
    normal[entry(2, 2)] = prior.pp;
    normal[entry(2, 3)] = prior.pq;
    normal[entry(3, 3)] = prior.qq;
    normal[entry(4, 4)] = turns ? 1 / TURN_SIGMA ** 2 : AS_DRAWN;
    normal[entry(5, 5)] = deepens ? 1 / deepness ** 2 : AS_DRAWN;
    right[2] = prior.pp * (prior.p - p) + prior.pq * (prior.q - q);
    right[3] = prior.pq * (prior.p - p) + prior.qq * (prior.q - q);
    if (turns) right[4] = normal[entry(4, 4)]! * (prior.turn * TURN_SIGMA - turn);
    if (deepens) right[5] = normal[entry(5, 5)]! * (prior.deep * deepness - deep);

    const size = Math.sqrt((us[extreme[2]!]! - us[extreme[0]!]!) * (vs[extreme[3]!]! - vs[extreme[1]!]!));
    for (let k = 0; k < 4; k++) {
      const side = sides[k];
      if (!side) continue;
      const i = extreme[k]!;
      const d = k % 2 === 0 ? du : dv;
      for (let a = 0; a < UNKNOWNS; a++) row[a] = d[a]![i]!;
      observe(side.at - (k % 2 === 0 ? us : vs)[i]!, 1 / side.sigma ** 2);
    }

    const edge = Math.hypot(EDGE_PX / scale, EDGE_SHARE * size);
    const each = INDEPENDENT / SAMPLES / edge ** 2;
    const reach = Math.max(2, Math.min(MAX_REACH, Math.ceil(share * widest * scale + 1)));
    let perimeter = 0;
    for (let i = 0; i < edges; i++) {
      const a = starts[i]!;
      const c = ends[i]!;
      perimeter += Math.hypot(us[c]! - us[a]!, vs[c]! - vs[a]!);
    }
    if (!(perimeter > 0 && perimeter < 1e6)) return null;
    const gap = perimeter / SAMPLES;
    let next = gap / 2;
    let sum = 0;
    let count = 0;
    for (let i = 0; i < edges; i++) {
      const a = starts[i]!;
      const c = ends[i]!;
      const eu = us[c]! - us[a]!;
      const ev = vs[c]! - vs[a]!;
      const length = Math.hypot(eu, ev);
      const nu = ev / length;
      const nv = -eu / length;
      const bias =
        0.7 * errors[0]! +
        errors[1]! * nu +
        errors[2]! * nv +
        0.7 * (2 * errors[3]! * nu * nv + errors[4]! * (nu * nu - nv * nv));
      for (; next < length; next += gap) {
        const t = next / length;
        const cu = (us[a]! + t * eu) * g.scaleX;
        const cv = (vs[a]! + t * ev) * g.scaleY;
        if (cu < 2 || cv < 2 || cu > g.width - 3 || cv > g.height - 3) continue;
        count++;
        if (!edgeAlong(g, cu, cv, nu, nv, reach)) continue;
        sum += found.strength * (1 - (found.at / (reach + 1)) ** 2);
        for (let k = 0; k < UNKNOWNS; k++) {
          row[k] = nu * ((1 - t) * du[k]![a]! + t * du[k]![c]!) + nv * ((1 - t) * dv[k]![a]! + t * dv[k]![c]!);
        }
        observe(found.at / scale + edge * bias, each * found.strength);
      }
      next -= length;
    }
    if (count < SAMPLES / 4) return null;
    support = sum / count;
    if (!solve()) return null;
    x += right[0]!;
    y += right[1]!;
    p += Math.min(0.3, Math.max(-0.3, right[2]!));
    q += Math.min(0.3, Math.max(-0.3, right[3]!));
    turn += Math.min(0.2, Math.max(-0.2, right[4]!));
    deep += Math.min(0.2, Math.max(-0.2, right[5]!));
  }
  return Math.hypot(x, y) <= FARTHEST ? { p, q, at: { x, y }, turn, deeper: Math.exp(deep), support } : null;
}

/** Index into the normal equations. */
const entry = (row: number, column: number): number => UNKNOWNS * row + column;

/** In the order of the unknowns. */
const NAMES = ['x', 'y', 'p', 'q', 'turn', 'deep'] as const;

interface State {
  readonly p: number;
  readonly q: number;
  readonly x: number;
  readonly y: number;
  readonly turn: number;
  readonly deep: number;
}

/** A body's points around the middle of its base into `points`; the count of numbers. */
function hullOf(body: Body, { p, q, turn, deep }: State): number {
  const n = deep === 0 ? body.hull(p, q, points) : body.hull(p, q, points, Math.exp(deep));
  if (turn === 0) return n;
  const c = Math.cos(turn);
  const s = Math.sin(turn);
  for (let i = 0; i < n; i += 3) {
    const x = points[i]!;
    const y = points[i + 1]!;
    points[i] = c * x - s * y;
    points[i + 1] = s * x + c * y;
  }
  return n;
}

/** Pixels of a body's points into `us` and `vs`; their count, or 0 when one lies behind the camera. */
function project(camera: Camera, body: Body, state: State): number {
  const { x: atX, y: atY } = state;
  const [ux, uy, uz, u0, vx, vy, vz, v0, wx, wy, wz, w0] = camera.projection as Projection;
  const n = hullOf(body, state);
  for (let i = 0, k = 0; i < n; i += 3, k++) {
    const x = points[i]! + atX;
    const y = points[i + 1]! + atY;
    const z = points[i + 2]!;
    const w = wx * x + wy * y + wz * z + w0;
    if (!(w > 0)) return 0;
    us[k] = (ux * x + uy * y + uz * z + u0) / w;
    vs[k] = (vx * x + vy * y + vz * z + v0) / w;
  }
  return n / 3;
}

/** The inner side of the lid, and the base before it, are seen. */
function showsLid({ corners: [a, b, c, d] }: Lid): boolean {
  const cross = (i: number, k: number) => us[i]! * vs[k]! - us[k]! * vs[i]!;
  return cross(a, b) + cross(b, c) + cross(c, d) + cross(d, a) > 0;
}

/** The silhouette's edges; of an open lid the base's, whose far one is the hinge, and the lid's other three. Their number. */
function edgesOf(m: number, lid: Lid | null): number {
  for (let i = 0; i < m; i++) {
    starts[i] = ring[i]!;
    ends[i] = ring[i + 1 === m ? 0 : i + 1]!;
  }
  if (lid === null) return m;
  for (let i = 0; i < 3; i++) {
    starts[m + i] = lid.corners[i]!;
    ends[m + i] = lid.corners[i + 1]!;
  }
  return m + 3;
}

/** Fills `asked`; the number of points. */
function askedOf(m: number, lid: Lid | null): number {
  for (let i = 0; i < m; i++) asked[i] = ring[i]!;
  if (lid === null) return m;
  for (let i = 0; i < 4; i++) asked[m + i] = lid.corners[i]!;
  return m + 4;
}

/**
 * How the corners of the silhouette and the extreme points move with each unknown, by small steps: no other point is asked
 * for. False when one comes to lie behind the camera.
 */
function differentiate(camera: Camera, body: Body, state: State, n: number, m: number, turns: boolean): boolean {
  extreme.fill(asked[0]!);
  for (let i = 1; i < m; i++) {
    const k = asked[i]!;
    if (us[k]! < us[extreme[0]!]!) extreme[0] = k;
    if (vs[k]! < vs[extreme[1]!]!) extreme[1] = k;
    if (us[k]! > us[extreme[2]!]!) extreme[2] = k;
    if (vs[k]! > vs[extreme[3]!]!) extreme[3] = k;
  }
  const [ux, uy, uz, u0, vx, vy, vz, v0, wx, wy, wz, w0] = camera.projection as Projection;
  const { x, y } = state;
  for (let k = 0; k < UNKNOWNS; k++) {
    const d = STEPS[k]!;
    if ((k === 4 && !turns) || (k === 5 && !body.deepness)) {
      for (let c = 0; c < m; c++) du[k]![asked[c]!] = dv[k]![asked[c]!] = 0;
      continue;
    }
    // A step of the place moves the points that are there already.
    if (k > 1 && hullOf(body, { ...state, [NAMES[k]!]: state[NAMES[k]!] + d }) !== 3 * n) return false;
    const atX = k === 0 ? x + d : x;
    const atY = k === 1 ? y + d : y;
    const us1 = du[k]!;
    const vs1 = dv[k]!;
    for (let c = 0; c < m; c++) {
      const i = asked[c]!;
      const px = points[3 * i]! + atX;
      const py = points[3 * i + 1]! + atY;
      const pz = points[3 * i + 2]!;
      const w = wx * px + wy * py + wz * pz + w0;
      if (!(w > 0)) return false;
      us1[i] = ((ux * px + uy * py + uz * pz + u0) / w - us[i]!) / d;
      vs1[i] = ((vx * px + vy * py + vz * pz + v0) / w - vs[i]!) / d;
    }
  }
  return true;
}

/** Adds the equation `row` . step = residual to the normal equations, of which the upper half is kept. */
function observe(residual: number, weight: number): void {
  for (let a = 0; a < UNKNOWNS; a++) {
    const wa = weight * row[a]!;
    right[a]! += wa * residual;
    for (let c = a; c < UNKNOWNS; c++) normal[UNKNOWNS * a + c]! += wa * row[c]!;
  }
}

/** Gauss elimination of the symmetric positive normal equations; the step is in `right`. */
function solve(): boolean {
  for (let i = 0; i < UNKNOWNS; i++) {
    const pivot = normal[entry(i, i)]!;
    if (!(pivot > 1e-12)) return false;
    for (let r = i + 1; r < UNKNOWNS; r++) {
      const f = normal[entry(i, r)]! / pivot;
      for (let c = r; c < UNKNOWNS; c++) normal[entry(r, c)]! -= f * normal[entry(i, c)]!;
      right[r]! -= f * right[i]!;
    }
  }
  for (let i = UNKNOWNS - 1; i >= 0; i--) {
    for (let c = i + 1; c < UNKNOWNS; c++) right[i]! -= normal[entry(i, c)]! * right[c]!;
    right[i]! /= normal[entry(i, i)]!;
  }
  return right.every(Number.isFinite);
}
