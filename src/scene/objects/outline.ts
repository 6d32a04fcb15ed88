import type { Box } from '../../contract/detection.ts';
import type { ImageGradient } from '../../contract/image-gradient.ts';
import type { Camera } from '../calibration/camera.ts';
import type { Point } from '../types.ts';
import { type Body, HULL_SIZE } from './body.ts';

/**
 * A body fitted to the edges of the image around its outline: points along the outline look along their normal for the
 * strongest edge, and place and sizes follow by Gauss-Newton steps (RAPID, Harris and Stennett 1990), held by the box and
 * by the prior.
 */

export interface OutlineFit {
  readonly p: number;
  readonly q: number;
  readonly at: Point;
  /** How much of the outline lies on edges of the image, 0..1. */
  readonly support: number;
}

export interface OutlineOptions {
  readonly gradient: ImageGradient;
  /** The noisy copy of the box, image pixels; null where a side says nothing. */
  readonly sides: readonly (number | null)[];
  /** Standard errors of its vertical and horizontal sides, image pixels. */
  readonly sigma: { readonly x: number; readonly y: number };
  /** Prior of the open sizes: where this hypothesis was drawn, and the inverse of their covariance. */
  readonly prior: { readonly p: number; readonly q: number; readonly pp: number; readonly pq: number; readonly qq: number };
  /** Errors of the outline's edges for this hypothesis, standard normal: constant, and with the normal's direction. */
  readonly errors: readonly number[];
}

const SAMPLES = 40;
/** Sobel steps at which an edge counts half. */
const HALF = Number(process.env.HALF ?? 60);
/** Standard error of an outline's edge: pixels of the gradient, and what bodies leave out as a share of the box. */
const EDGE_PX = Number(process.env.EDGE_PX ?? 1);
const EDGE_SHARE = Number(process.env.EDGE_SHARE ?? 0.012);
/** That many of the samples say something of their own. */
const INDEPENDENT = Number(process.env.INDEP ?? 10);
const REACHES = [1.5, 1, 0.6, 0.35];

const points = new Float64Array(HULL_SIZE);
const us = new Float64Array(HULL_SIZE);
const vs = new Float64Array(HULL_SIZE);
const order = new Int32Array(64);
const ring = new Int32Array(128);

/** Pixels of a body's points; their count, or 0 when one lies behind the camera. */
function project(camera: Camera, body: Body, p: number, q: number, at: Point, u: Float64Array, v: Float64Array): number {
  const P = camera.projection;
  const n = body.hull(p, q, points);
  for (let i = 0, k = 0; i < n; i += 3, k++) {
    const x = points[i]! + at.x;
    const y = points[i + 1]! + at.y;
    const z = points[i + 2]!;
    const w = P[8]! * x + P[9]! * y + P[10]! * z + P[11]!;
    if (!(w > 0)) return 0;
    u[k] = (P[0]! * x + P[1]! * y + P[2]! * z + P[3]!) / w;
    v[k] = (P[4]! * x + P[5]! * y + P[6]! * z + P[7]!) / w;
  }
  return n / 3;
}

/** Indices of the convex hull's corners in `ring` (Andrew's monotone chain); their count. */
function outline(n: number): number {
  for (let i = 0; i < n; i++) {
    let j = i;
    for (; j > 0; j--) {
      const o = order[j - 1]!;
      if (us[o]! < us[i]! || (us[o]! === us[i]! && vs[o]! <= vs[i]!)) break;
      order[j] = o;
    }
    order[j] = i;
  }
  let m = 0;
  const turnsRight = (a: number, b: number, c: number) =>
    (us[b]! - us[a]!) * (vs[c]! - vs[a]!) - (vs[b]! - vs[a]!) * (us[c]! - us[a]!) <= 1e-9;
  for (let half = 0; half < 2; half++) {
    const from = m;
    for (let k = 0; k < n; k++) {
      const i = order[half === 0 ? k : n - 1 - k]!;
      while (m >= from + 2 && turnsRight(ring[m - 2]!, ring[m - 1]!, i)) m--;
      ring[m++] = i;
    }
    m--;
  }
  return m;
}

const du = [new Float64Array(64), new Float64Array(64), new Float64Array(64), new Float64Array(64)];
const dv = [new Float64Array(64), new Float64Array(64), new Float64Array(64), new Float64Array(64)];
const u2 = new Float64Array(HULL_SIZE);
const v2 = new Float64Array(HULL_SIZE);

/** Null when the body leaves the camera's view on the way. */
export function fitOutline(
  body: Body,
  camera: Camera,
  start: { readonly p: number; readonly q: number; readonly at: Point },
  box: Box,
  options: OutlineOptions,
): OutlineFit | null {
  const { gradient: g, sides, sigma, prior, errors } = options;
  let { p, q, at } = start;
  const size = Math.sqrt((box[2] - box[0]) * (box[3] - box[1]));
  const scale = Math.sqrt(g.scaleX * g.scaleY);
  const edge = Math.hypot(EDGE_PX / scale, EDGE_SHARE * size);
  const each = INDEPENDENT / SAMPLES / edge ** 2;
  let support = 0;
  for (const share of REACHES) {
    const n = project(camera, body, p, q, at, us, vs);
    if (n === 0) return null;
    const m = outline(n);
    if (m < 3) return null;
    const steps = [2, 2, 0.02, 0.02];
    for (let k = 0; k < 4; k++) {
      const moved = k === 0 ? { x: at.x + 2, y: at.y } : k === 1 ? { x: at.x, y: at.y + 2 } : at;
      if (project(camera, body, k === 2 ? p + 0.02 : p, k === 3 ? q + 0.02 : q, moved, u2, v2) === 0) return null;
      for (let i = 0; i < n; i++) {
        du[k]![i] = (u2[i]! - us[i]!) / steps[k]!;
        dv[k]![i] = (v2[i]! - vs[i]!) / steps[k]!;
      }
    }
    const A = new Float64Array(16);
    const b = new Float64Array(4);
    const add = (j: readonly number[], r: number, w: number) => {
      for (let a = 0; a < 4; a++) {
        b[a]! += w * j[a]! * r;
        for (let c = 0; c < 4; c++) A[4 * a + c]! += w * j[a]! * j[c]!;
      }
    };
    // The prior, and a hint of one on the place so that the equations always have a solution.
    A[10]! += prior.pp;
    A[11]! += prior.pq;
    A[14]! += prior.pq;
    A[15]! += prior.qq;
    b[2]! += prior.pp * (prior.p - p) + prior.pq * (prior.q - q);
    b[3]! += prior.pq * (prior.p - p) + prior.qq * (prior.q - q);
    A[0]! += 1e-8;
    A[5]! += 1e-8;
    const extreme = [0, 0, 0, 0];
    for (let i = 1; i < n; i++) {
      if (us[i]! < us[extreme[0]!]!) extreme[0] = i;
      if (vs[i]! < vs[extreme[1]!]!) extreme[1] = i;
      if (us[i]! > us[extreme[2]!]!) extreme[2] = i;
      if (vs[i]! > vs[extreme[3]!]!) extreme[3] = i;
    }
    sides.forEach((side, k) => {
      if (side === null) return;
      const i = extreme[k]!;
      const [now, d, s] = k % 2 === 0 ? [us[i]!, du, sigma.x] : [vs[i]!, dv, sigma.y];
      add([d[0]![i]!, d[1]![i]!, d[2]![i]!, d[3]![i]!], side - now, 1 / s ** 2);
    });
    let perimeter = 0;
    for (let i = 0; i < m; i++) {
      const a = ring[i]!;
      const c = ring[(i + 1) % m]!;
      perimeter += Math.hypot(us[c]! - us[a]!, vs[c]! - vs[a]!);
    }
    const gap = perimeter / SAMPLES;
    const reach = Math.max(2, share * Math.max(sigma.x, sigma.y) * scale + 1);
    let next = gap / 2;
    let walked = 0;
    let sum = 0;
    let count = 0;
    for (let i = 0; i < m; i++) {
      const a = ring[i]!;
      const c = ring[(i + 1) % m]!;
      const eu = us[c]! - us[a]!;
      const ev = vs[c]! - vs[a]!;
      const length = Math.hypot(eu, ev);
      // Outward: the ring runs so that the inside is on the left of a y-down image's (eu, ev).
      const nu = ev / length;
      const nv = -eu / length;
      for (; next < walked + length; next += gap) {
        const t = (next - walked) / length;
        const cu = (us[a]! + t * eu) * g.scaleX;
        const cv = (vs[a]! + t * ev) * g.scaleY;
        if (cu < 2 || cv < 2 || cu > g.width - 3 || cv > g.height - 3) continue;
        count++;
        let best = 0;
        let found = 0;
        for (let s = -Math.ceil(reach); s <= Math.ceil(reach); s++) {
          const x = Math.round(cu + s * nu - 0.5);
          const y = Math.round(cv + s * nv - 0.5);
          if (x < 1 || y < 1 || x >= g.width - 1 || y >= g.height - 1) continue;
          const o = y * g.width + x;
          const gx = g.x[o]!;
          const gy = g.y[o]!;
          const along = Math.abs(gx * nu + gy * nv);
          const across = Math.abs(gx * nv - gy * nu);
          const r = along - across;
          const value = (r / (r + HALF)) * (1 - 0.5 * (s / (reach + 1)) ** 2);
          if (r > 0 && value > best) {
            best = value;
            found = s;
          }
        }
        if (best === 0) continue;
        sum += best * (1 - (found / (reach + 1)) ** 2);
        const noise =
          errors[0]! * 0.7 + (errors[1]! * nu + errors[2]! * nv) + 0.7 * (errors[3]! * nu * nv + errors[4]! * (nu * nu - nv * nv));
        const j = [0, 1, 2, 3].map(
          (k) => nu * ((1 - t) * du[k]![a]! + t * du[k]![c]!) + nv * ((1 - t) * dv[k]![a]! + t * dv[k]![c]!),
        );
        add(j, found / scale + edge * noise, each * best);
      }
      walked += length;
    }
    if (count < SAMPLES / 4) return null;
    support = sum / count;
    const step = solve(A, b);
    if (step === null) return null;
    at = { x: at.x + step[0]!, y: at.y + step[1]! };
    p += Math.min(0.3, Math.max(-0.3, step[2]!));
    q += Math.min(0.3, Math.max(-0.3, step[3]!));
  }
  return { p, q, at, support };
}

/** Gauss elimination of a symmetric positive 4x4 system. */
function solve(A: Float64Array, b: Float64Array): Float64Array | null {
  for (let i = 0; i < 4; i++) {
    const pivot = A[5 * i]!;
    if (!(pivot > 1e-12)) return null;
    for (let r = i + 1; r < 4; r++) {
      const f = A[4 * r + i]! / pivot;
      for (let c = i; c < 4; c++) A[4 * r + c]! -= f * A[4 * i + c]!;
      b[r]! -= f * b[i]!;
    }
  }
  for (let i = 3; i >= 0; i--) {
    for (let c = i + 1; c < 4; c++) b[i]! -= A[4 * i + c]! * b[c]!;
    b[i]! /= A[5 * i]!;
  }
  return b.every(Number.isFinite) ? b : null;
}
