import { type Body, bodiesOf, HULL_SIZE } from './body.ts';

/**
 * How large the kinds of a class appear from an elevation above the table: mean and covariance of the logarithms of the
 * box's width and height in mm, as a far camera sees them. Drawn once from the bodies of the class.
 */
export interface Appearance {
  readonly share: number;
  readonly kind: string;
  /** Mean log width and log height, mm. */
  readonly w: number;
  readonly h: number;
  readonly ww: number;
  readonly wh: number;
  readonly hh: number;
  /** Height of the body's middle over the table, mm. */
  readonly middle: number;
}

const STEP = 5;
const BINS = 90 / STEP + 1;
const tables = new Map<string, Appearance[][]>();

/** One entry per kind of the class; `elevation` in radians above the table. */
export function appearanceOf(name: string, elevation: number): Appearance[] {
  let table = tables.get(name);
  if (table === undefined) {
    table = Array.from({ length: BINS }, (_, i) => seenFrom(bodiesOf(name), (Math.max(1, i * STEP) * Math.PI) / 180));
    tables.set(name, table);
  }
  const at = Math.min(BINS - 1.001, Math.max(0, (elevation * 180) / Math.PI / STEP));
  const i = Math.floor(at);
  const t = at - i;
  const low = table[i]!;
  const high = table[i + 1]!;
  return low.map((a, k) => {
    const b = high[k]!;
    const mix = (x: number, y: number) => x + t * (y - x);
    return {
      share: a.share,
      kind: a.kind,
      w: mix(a.w, b.w),
      h: mix(a.h, b.h),
      ww: mix(a.ww, b.ww),
      wh: mix(a.wh, b.wh),
      hh: mix(a.hh, b.hh),
      middle: mix(a.middle, b.middle),
    };
  });
}

function seenFrom(bodies: readonly Body[], elevation: number): Appearance[] {
  const kinds = [...new Set(bodies.map((b) => b.kind))];
  return kinds.map((kind) => {
    const own = bodies.filter((b) => b.kind === kind);
    const seen = own.map((b) => extents(b, elevation));
    const n = seen.length;
    const w = seen.reduce((s, e) => s + e.w / n, 0);
    const h = seen.reduce((s, e) => s + e.h / n, 0);
    return {
      share: own.reduce((s, b) => s + b.share, 0),
      kind,
      w,
      h,
      ww: seen.reduce((s, e) => s + (e.w - w) ** 2 / n, 0),
      wh: seen.reduce((s, e) => s + ((e.w - w) * (e.h - h)) / n, 0),
      hh: seen.reduce((s, e) => s + (e.h - h) ** 2 / n, 0),
      middle: seen.reduce((s, e) => s + e.middle / n, 0),
    };
  });
}

const hull = new Float64Array(HULL_SIZE);

function extents(body: Body, elevation: number): { w: number; h: number; middle: number } {
  const n = body.hull(body.p.mean + body.p.sd * body.noise[0]!, body.q.mean + body.q.sd * body.noise[1]!, hull);
  const s = Math.sin(elevation);
  const c = Math.cos(elevation);
  let x1 = Number.POSITIVE_INFINITY;
  let x2 = Number.NEGATIVE_INFINITY;
  let v1 = Number.POSITIVE_INFINITY;
  let v2 = Number.NEGATIVE_INFINITY;
  let top = 0;
  for (let i = 0; i < n; i += 3) {
    const x = hull[i]!;
    const v = hull[i + 1]! * s - hull[i + 2]! * c;
    x1 = Math.min(x1, x);
    x2 = Math.max(x2, x);
    v1 = Math.min(v1, v);
    v2 = Math.max(v2, v);
    top = Math.max(top, hull[i + 2]!);
  }
  return { w: Math.log(x2 - x1), h: Math.log(v2 - v1), middle: top / 2 };
}
