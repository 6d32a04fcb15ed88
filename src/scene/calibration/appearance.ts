import { type Body, bodiesOf, HULL_SIZE } from '../objects/body.ts';

/**
 * How large the kinds of a class appear: mean and covariance of the logarithms of the box's width and height in mm at
 * the distance of the body's middle, seen from an elevation above the table by a camera at a height over it. Drawn once
 * from the bodies of the class, with full perspective: near cameras see the rim of a mug larger than its base.
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

const STEP = (10 * Math.PI) / 180;
const BINS = 10;
/** Camera heights of the tables, mm. */
const HEIGHTS = [250, 500, 1000, 2500] as const;
const LOG_HEIGHTS = HEIGHTS.map(Math.log);
/** Bodies per kind that a table is drawn from. */
const DRAWS = 16;

type Entry = readonly Appearance[];
/** By height and elevation. */
type Table = (Entry | undefined)[];
const tables = new Map<string, Table>();

function tableOf(name: string): Table {
  const known = tables.get(name);
  if (known) return known;
  const table: Table = Array.from({ length: HEIGHTS.length * BINS }, () => undefined);
  tables.set(name, table);
  return table;
}

function entry(name: string, table: Table, height: number, bin: number): Entry {
  const index = height * BINS + bin;
  table[index] ??= seenFrom(bodiesOf(name), HEIGHTS[height]!, Math.max(0.02, bin * STEP));
  return table[index];
}

/** One entry per kind of the class; `elevation` in radians above the table, `logHeight` of the camera in mm. */
export function appearanceOf(name: string, kind: number, elevation: number, logHeight: number): Appearance {
  const e = Math.min(BINS - 1.001, Math.max(0, elevation / STEP));
  const i = Math.floor(e);
  let j = 0;
  while (j < HEIGHTS.length - 2 && logHeight > LOG_HEIGHTS[j + 1]!) j++;
  const span = LOG_HEIGHTS[j + 1]! - LOG_HEIGHTS[j]!;
  const s = Math.min(1, Math.max(0, (logHeight - LOG_HEIGHTS[j]!) / span));
  const t = e - i;
  const table = tableOf(name);
  const a = entry(name, table, j, i)[kind]!;
  const b = entry(name, table, j, i + 1)[kind]!;
  const c = entry(name, table, j + 1, i)[kind]!;
  const d = entry(name, table, j + 1, i + 1)[kind]!;
  const ka = (1 - s) * (1 - t);
  const kb = (1 - s) * t;
  const kc = s * (1 - t);
  const kd = s * t;
  return {
    share: a.share,
    kind: a.kind,
    w: ka * a.w + kb * b.w + kc * c.w + kd * d.w,
    h: ka * a.h + kb * b.h + kc * c.h + kd * d.h,
    ww: ka * a.ww + kb * b.ww + kc * c.ww + kd * d.ww,
    wh: ka * a.wh + kb * b.wh + kc * c.wh + kd * d.wh,
    hh: ka * a.hh + kb * b.hh + kc * c.hh + kd * d.hh,
    middle: ka * a.middle + kb * b.middle + kc * c.middle + kd * d.middle,
  };
}

export const kindsOf = (name: string): number => entry(name, tableOf(name), 2, 5).length;

function seenFrom(bodies: readonly Body[], height: number, elevation: number): Entry {
  const kinds = Map.groupBy(bodies, (b) => `${b.kind} ${b.aspect}`);
  return [...kinds.values()].map((own) => {
    const step = Math.max(1, Math.floor(own.length / DRAWS));
    const seen = own.filter((_, i) => i % step === 0).map((b) => extents(b, height, elevation));
    const n = seen.length;
    const w = seen.reduce((s, e) => s + e.w / n, 0);
    const h = seen.reduce((s, e) => s + e.h / n, 0);
    return {
      share: own.reduce((s, b) => s + b.share, 0),
      kind: own[0]!.kind,
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

/** Log width and height of a body's box at the distance of its middle. `elevation` is that of the box's middle. */
function extents(body: Body, height: number, elevation: number): { w: number; h: number; middle: number } {
  const n = body.hull(body.p.mean + body.p.sd * body.noise[0]!, body.q.mean + body.q.sd * body.noise[1]!, hull);
  let top = 0;
  let foot = Number.POSITIVE_INFINITY;
  for (let i = 2; i < n; i += 3) {
    top = Math.max(top, hull[i]!);
    foot = Math.min(foot, hull[i]!);
  }
  const middle = (foot + top) / 2;
  // A camera lower than twice the body is drawn a little higher: such images measure nothing anyway.
  const rise = Math.max(height - middle, 1.5 * top, 60);
  let aim = elevation;
  let seen = look(n, rise / Math.sin(aim), aim, middle);
  for (let round = 0; round < 2; round++) {
    aim = Math.min(Math.PI / 2, Math.max(0.02, aim + Math.atan(seen.v)));
    seen = look(n, rise / Math.sin(aim), aim, middle);
  }
  const range = rise / Math.sin(elevation);
  return { w: Math.log(seen.width * range), h: Math.log(seen.height * range), middle };
}

/** Box of the hull in tangents, from a distance and elevation, looking at the body's middle. */
function look(n: number, range: number, elevation: number, middle: number) {
  const s = Math.sin(elevation);
  const c = Math.cos(elevation);
  let x1 = Number.POSITIVE_INFINITY;
  let x2 = Number.NEGATIVE_INFINITY;
  let v1 = Number.POSITIVE_INFINITY;
  let v2 = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i += 3) {
    const y = hull[i + 1]!;
    const z = hull[i + 2]! - middle;
    const depth = Math.max(0.1 * range, range - y * c - z * s);
    const x = hull[i]! / depth;
    const v = (y * s - z * c) / depth;
    x1 = Math.min(x1, x);
    x2 = Math.max(x2, x);
    v1 = Math.min(v1, v);
    v2 = Math.max(v2, v);
  }
  return { width: x2 - x1, height: v2 - v1, v: (v1 + v2) / 2 };
}
