import type { CalibrationInput } from '../../../src/contract/calibration.ts';
import { buildScene } from '../../../src/scene/build.ts';
import { CAMERA_ERRORS } from '../../../src/scene/calibration/calibrate-camera.ts';
import { CORNER_SIGMA } from '../../../src/scene/calibration/calibrate-points.ts';
import { SCALE_SIGMA } from '../../../src/scene/calibration/calibrate-scale.ts';
import type { Scene } from '../../../src/scene/types.ts';
import { distanceBetween } from '../distance-between.ts';
import { type Desk, desk, detect, outlineDistance } from './desk.ts';

/** One simulated photo per seed and method: what the caller knows, with the errors that the method states. */
export const METHODS = [
  'A4 sheet',
  'bank card',
  'four points',
  'camera',
  'known objects (EXIF)',
  'known objects',
  'scale',
] as const;
export type Method = (typeof METHODS)[number];

export const THINGS = [
  'laptop',
  'keyboard',
  'mouse',
  'mug',
  'mug',
  'phone',
  'bottle',
  'book',
  'glass',
  'coaster',
  'monitor',
] as const;

export interface Photo {
  readonly desk: Desk;
  readonly scene: Scene;
  /** Index of the scene's objects in `desk.placed`, in the scene's order. */
  readonly truthOf: readonly number[];
}

type Pair = [number, number];
type Four = [Pair, Pair, Pair, Pair];

function marked(d: Desk, corners: Four): Four | null {
  const sigma = CORNER_SIGMA * Math.hypot(d.camera.width, d.camera.height);
  const px = corners.map(([x, y]) => d.camera.project([x, y, 0]));
  if (px.some((p) => p === null || p[0] < 0 || p[1] < 0 || p[0] > d.camera.width || p[1] > d.camera.height))
    return null;
  return px.map((p) => [p![0] + d.random.normal(0, sigma), p![1] + d.random.normal(0, sigma)]) as Four;
}

function rectangle(d: Desk, w: number, h: number): Four {
  const r = d.random;
  const a = r.uniform(-Math.PI, Math.PI);
  const x = r.normal(0, 90);
  const y = r.normal(0, 70);
  const at = (u: number, v: number): Pair => [
    x + u * Math.cos(a) - v * Math.sin(a),
    y + u * Math.sin(a) + v * Math.cos(a),
  ];
  return [at(-w / 2, h / 2), at(w / 2, h / 2), at(w / 2, -h / 2), at(-w / 2, -h / 2)];
}

/** What the caller gives, with its errors; 'no': the picture does not show it. */
export function known(d: Desk, method: Method): CalibrationInput | null | 'no' {
  const r = d.random;
  switch (method) {
    case 'A4 sheet':
    case 'bank card': {
      const [w, h] = method === 'A4 sheet' ? [210, 297] : [85.6, 53.98];
      const k = 1 + r.normal(0, 0.002);
      const px = marked(d, rectangle(d, w * k, h * k));
      return px === null ? 'no' : { rectangle_px: px, size_mm: method === 'A4 sheet' ? 'a4' : 'card' };
    }
    case 'four points': {
      const mm = rectangle(d, r.uniform(300, 700), r.uniform(250, 450)).map(
        ([x, y]): Pair => [x + r.normal(0, 15), y + r.normal(0, 15)],
      ) as Four;
      const px = marked(d, mm);
      const k = 1 + r.normal(0, 0.005);
      // World y grows away from the viewer, the product's toward the viewer.
      return px === null ? 'no' : { points_px: px, points_mm: mm.map(([x, y]) => [k * x, -k * y]) as Four };
    }
    case 'camera':
      return {
        camera_height_mm: d.camera.eye[2] * (1 + r.normal(0, CAMERA_ERRORS.heightRelative)),
        tilt_deg: Math.max(0, d.camera.tiltDeg + r.normal(0, CAMERA_ERRORS.tiltDeg)),
        focal_35mm: d.camera.focal35mm * (1 + r.normal(0, CAMERA_ERRORS.focalGiven)),
      };
    case 'scale':
      return { mm_per_pixel: (d.camera.eye[2] / d.camera.focalPx) * (1 + r.normal(0, SCALE_SIGMA)) };
    default:
      return null;
  }
}

/** Null when this seed's image does not show the calibration target or fewer than two objects. */
export function photo(seed: number, method: Method, noise: number): Photo | null {
  const d = desk(seed, {
    elevation: method === 'scale' ? 'above' : [20, 80],
    rollSigmaDeg: method.startsWith('known') ? 2.5 : method === 'camera' ? CAMERA_ERRORS.rollDeg : 3,
    classes: THINGS.filter((name, i) => i < 4 || (seed + i) % 3 === 0 || name === 'mug'),
  });
  const calibration = known(d, method);
  if (calibration === 'no' || d.placed.length < 2) return null;
  const detections = d.placed.map((p, i) => ({ ...detect(p, noise, d.random), confidence: 0.9 - i * 0.01 }));
  const scene = buildScene({
    width: d.camera.width,
    height: d.camera.height,
    detections,
    boxNoise: { sigma: noise },
    focal35mm:
      method === 'known objects (EXIF)' || (method !== 'known objects' && seed % 2 === 0) ? d.camera.focal35mm : null,
    calibration,
    zones: [],
    tablePx: null,
    context: null,
  });
  const truthOf = scene.objects.map((o) => detections.findIndex((x) => x.confidence === o.confidence));
  return { desk: d, scene, truthOf };
}

export interface Outcome {
  readonly pair: string;
  readonly truth: number;
  readonly value: number;
  readonly sigma: number;
}

/** Every mug's distance to every other thing: the truth, and what the scene says. */
export function outcomes(p: Photo, reference: 'edge' | 'centre' = 'edge'): Outcome[] {
  const found: Outcome[] = [];
  const { objects } = p.scene;
  for (let i = 0; i < objects.length; i++) {
    for (let j = 0; j < objects.length; j++) {
      const a = objects[i]!;
      const b = objects[j]!;
      if (a.class !== 'mug' || i === j || (b.class === 'mug' && j < i)) continue;
      const m = distanceBetween(p.scene, a, b, reference);
      if (m === null) continue;
      const ta = p.desk.placed[p.truthOf[i]!]!;
      const tb = p.desk.placed[p.truthOf[j]!]!;
      const truth =
        reference === 'edge' ? outlineDistance(ta.outline, tb.outline) : Math.hypot(ta.x - tb.x, ta.y - tb.y);
      found.push({ pair: b.class, truth, value: m.value, sigma: m.sigma });
    }
  }
  return found;
}

export interface Coverage {
  readonly n: number;
  readonly covered: number;
  readonly medianSigma: number;
  readonly medianError: number;
  readonly bias: number;
  /** Median half width of the 90 % intervals over the 90th percentile of the errors: above 1 they are wider than need be. */
  readonly sharpness: number;
}

const Z90 = 1.6449;
const median = (xs: number[]) => xs.sort((a, b) => a - b)[Math.floor(xs.length / 2)] ?? Number.NaN;

const most = (xs: number[]) => xs.sort((a, b) => a - b)[Math.floor(0.9 * xs.length)] ?? Number.NaN;

export function coverage(list: readonly Outcome[]): Coverage {
  return {
    n: list.length,
    covered: list.filter((o) => Math.abs(o.value - o.truth) <= Z90 * o.sigma).length / list.length,
    medianSigma: median(list.map((o) => o.sigma)),
    medianError: median(list.map((o) => Math.abs(o.value - o.truth))),
    bias: median(list.map((o) => o.value - o.truth)),
    sharpness: (Z90 * median(list.map((o) => o.sigma))) / most(list.map((o) => Math.abs(o.value - o.truth))),
  };
}
