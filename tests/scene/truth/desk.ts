import type { Detection } from '../../../src/contract/detection.ts';
import { lookAt, type TruthCamera, type Vec3 } from './camera.ts';
import { MAKERS, type Thing } from './objects.ts';
import { type Random, random } from './random.ts';

/** A desk whose geometry is known exactly: what a test compares the scene with. */
export interface Placed {
  readonly thing: Thing;
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
  /** Outline on the table, world mm. */
  readonly outline: readonly (readonly [number, number])[];
  /** Exact box in pixels. */
  readonly bbox: readonly [number, number, number, number];
}

export interface Desk {
  readonly camera: TruthCamera;
  readonly placed: readonly Placed[];
  readonly random: Random;
}

export interface DeskOptions {
  /** Straight down, or from an elevation drawn between two values in degrees. */
  readonly elevation: readonly [number, number] | 'above';
  readonly rollSigmaDeg: number;
  readonly classes: readonly string[];
}

export function desk(seed: number, options: DeskOptions): Desk {
  const r = random(seed);
  const [width, height] = r.pick([
    [1280, 960],
    [1920, 1080],
    [960, 1280],
    [640, 480],
  ] as const);
  const focal35mm = r.uniform(24, 42);
  const distance = r.uniform(550, 1300);
  const elevation = options.elevation === 'above' ? 90 : r.uniform(...options.elevation);
  const e = (elevation * Math.PI) / 180;
  const azimuth = -Math.PI / 2 + r.normal(0, 0.25);
  const target: Vec3 = [r.normal(0, 30), r.normal(0, 30), 0];
  const eye: Vec3 = [
    target[0] + distance * Math.cos(e) * Math.cos(azimuth),
    target[1] + distance * Math.cos(e) * Math.sin(azimuth),
    distance * Math.sin(e),
  ];
  const camera = lookAt({
    width,
    height,
    focal35mm,
    eye,
    target,
    rollRad: (r.normal(0, options.rollSigmaDeg) * Math.PI) / 180,
  });
  const placed: Placed[] = [];
  for (const name of options.classes) {
    for (let attempt = 0; attempt < 12; attempt++) {
      const p = put(r, camera, name, placed);
      if (p === null) continue;
      placed.push(p);
      break;
    }
  }
  return { camera, placed, random: r };
}

function put(r: Random, camera: TruthCamera, name: string, others: readonly Placed[]): Placed | null {
  const { make, facing, behind = 0 } = MAKERS[name]!;
  const thing = make(r);
  const x = r.normal(0, 230);
  const y = r.normal(behind, 170);
  const yaw = facing && r.chance(0.85) ? r.normal(0, 0.25) : r.uniform(-Math.PI, Math.PI);
  return placeThing(camera, thing, x, y, yaw, 0, others);
}

/** Null when it would leave the image or touch another thing. */
export function placeThing(
  camera: TruthCamera,
  thing: Thing,
  x: number,
  y: number,
  yaw: number,
  z: number,
  others: readonly Placed[],
): Placed | null {
  const c = Math.cos(yaw);
  const s = Math.sin(yaw);
  const turn = (p: readonly [number, number]): [number, number] => [x + c * p[0] - s * p[1], y + s * p[0] + c * p[1]];
  const outline = thing.outline.map(turn);
  const near = others.filter((o) => Math.hypot(o.x - x, o.y - y) < o.thing.reach + thing.reach + 8);
  if (near.some((o) => outlineDistance(o.outline, outline) < 8)) return null;
  const box: [number, number, number, number] = [1e9, 1e9, -1e9, -1e9];
  for (const p of thing.points) {
    const [wx, wy] = turn([p[0], p[1]]);
    const px = camera.project([wx, wy, p[2] + z]);
    if (px === null) return null;
    box[0] = Math.min(box[0], px[0]);
    box[1] = Math.min(box[1], px[1]);
    box[2] = Math.max(box[2], px[0]);
    box[3] = Math.max(box[3], px[1]);
  }
  const m = 0.02 * camera.width;
  if (box[0] < m || box[1] < m || box[2] > camera.width - m || box[3] > camera.height - m) return null;
  return { thing, x, y, yaw, outline, bbox: box };
}

export function detect(p: Placed, noise: number, r: Random): Detection {
  const w = p.bbox[2] - p.bbox[0];
  const h = p.bbox[3] - p.bbox[1];
  return {
    class: p.thing.class,
    confidence: 0.9,
    bbox: [
      p.bbox[0] + r.normal(0, noise * w),
      p.bbox[1] + r.normal(0, noise * h),
      p.bbox[2] + r.normal(0, noise * w),
      p.bbox[3] + r.normal(0, noise * h),
    ],
  };
}

type Outline = readonly (readonly [number, number])[];

/** Distance of two convex outlines by brute force over corners and sides; 0 when they overlap. */
export function outlineDistance(a: Outline, b: Outline): number {
  if (a.some((p) => within(b, p)) || b.some((p) => within(a, p)) || cross(a, b)) return 0;
  let best = Number.POSITIVE_INFINITY;
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    for (const [px, py] of from) {
      for (let i = 0; i < to.length; i++) {
        const [ax, ay] = to[i]!;
        const [bx, by] = to[(i + 1) % to.length]!;
        const dx = bx - ax;
        const dy = by - ay;
        const t = Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy)));
        best = Math.min(best, Math.hypot(px - ax - t * dx, py - ay - t * dy));
      }
    }
  }
  return best;
}

function cross(a: Outline, b: Outline): boolean {
  const side = (p: readonly [number, number], q: readonly [number, number], r: readonly [number, number]) =>
    (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  return a.some((p, i) => {
    const q = a[(i + 1) % a.length]!;
    return b.some((r, j) => {
      const s = b[(j + 1) % b.length]!;
      return side(p, q, r) * side(p, q, s) < 0 && side(r, s, p) * side(r, s, q) < 0;
    });
  });
}

function within(polygon: Outline, [x, y]: readonly [number, number]): boolean {
  let sign = 0;
  for (let i = 0; i < polygon.length; i++) {
    const [ax, ay] = polygon[i]!;
    const [bx, by] = polygon[(i + 1) % polygon.length]!;
    const side = Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax));
    if (side !== 0 && sign !== 0 && side !== sign) return false;
    if (side !== 0) sign = side;
  }
  return true;
}
