import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { BoxNoise } from '../../../src/contract/box-noise.ts';
import type { CalibrationInput } from '../../../src/contract/calibration.ts';
import type { Detection } from '../../../src/contract/detection.ts';
import type { ImageGradient } from '../../../src/contract/image-gradient.ts';
import type { SeenTags } from '../../../src/contract/seen-tag.ts';
import { buildScene } from '../../../src/scene/build.ts';
import { CAMERA_ERRORS } from '../../../src/scene/calibration/calibrate-camera.ts';
import { CORNER_SIGMA } from '../../../src/scene/calibration/calibrate-points.ts';
import { onProbability } from '../../../src/scene/measure.ts';
import { withTableSeen } from '../../../src/scene/plain/table-seen.ts';
import type { Scene } from '../../../src/scene/types.ts';
import { iou } from '../../../src/vision/detect/nms.ts';
import { distanceBetween } from '../distance-between.ts';
import type { Outcome } from './methods.ts';
import { type Random, random } from './random.ts';

/** The rendered desks of tests/fixtures/scenes: their truth files, with the product's boxes replaced by noisy exact ones. */
export const SCENES = new URL('../../fixtures/scenes/', import.meta.url);

interface TruthObject {
  readonly id: string;
  readonly class: string;
  readonly kind: string;
  readonly on: string;
  readonly bbox: readonly [number, number, number, number] | null;
  readonly visible: number;
  readonly truncated: boolean;
  readonly base_mm: readonly [number, number, number];
  readonly table_edge_mm?: number;
}

export interface TruthFile {
  /** File name of the image. */
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly camera: {
    readonly fx: number;
    readonly R: readonly (readonly number[])[];
    readonly t: readonly number[];
    readonly position_mm: readonly number[];
  };
  readonly table: { readonly outline_mm: readonly (readonly [number, number])[] };
  readonly objects: readonly TruthObject[];
  /** Plates, pens and the like. */
  readonly others?: readonly TruthObject[];
  readonly distances: readonly { readonly a: string; readonly b: string; readonly edge_mm: number }[];
}

export function renderedScenes(): TruthFile[] {
  if (!existsSync(SCENES)) return [];
  return readdirSync(SCENES)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, SCENES), 'utf8')) as TruthFile);
}

export const RENDERED_METHODS = ['four points', 'camera', 'known objects'] as const;
export type RenderedMethod = (typeof RENDERED_METHODS)[number];

type Pair = [number, number];
type Four = [Pair, Pair, Pair, Pair];

/** Where the image shows a point of the table. */
export function pixelOf({ camera: { R, t, fx }, width, height }: TruthFile, x: number, y: number): Pair {
  const [u, v, w] = R.map((row, i) => row[0]! * x + row[1]! * y + t[i]!) as [number, number, number];
  return [width / 2 + (fx * u) / w, height / 2 + (fx * v) / w];
}

/** Exact boxes with normal errors of their edges, the first the most confident. */
export function noisyDetections(objects: readonly TruthObject[], noise: number, r: Random): Detection[] {
  return objects.map((o, i) => {
    const [x1, y1, x2, y2] = o.bbox!;
    const w = noise * (x2 - x1);
    const h = noise * (y2 - y1);
    const bbox = [x1 + r.normal(0, w), y1 + r.normal(0, h), x2 + r.normal(0, w), y2 + r.normal(0, h)] as const;
    return { class: o.class, confidence: 0.95 - 0.001 * i, bbox };
  });
}

/** What looked at the image says of it. */
export interface Found {
  readonly detections: readonly Detection[];
  readonly boxNoise: BoxNoise;
  readonly gradient?: ImageGradient;
  readonly markers?: SeenTags;
}

export function sceneFor({ width, height }: TruthFile, calibration: CalibrationInput | null, found: Found): Scene {
  const { detections, boxNoise, gradient, markers } = found;
  const given = {
    width,
    height,
    detections,
    boxNoise,
    calibration,
    ...(gradient && { gradient }),
    ...(markers && { markers }),
  };
  return buildScene({ ...given, focal35mm: null, zones: [], tablePx: null, context: null });
}

function known(t: TruthFile, method: RenderedMethod, r: Random): CalibrationInput | null | 'no' {
  const { R, fx, position_mm } = t.camera;
  if (method === 'known objects') return null;
  if (method === 'camera') {
    const tilt = (Math.acos(-R[2]![2]!) * 180) / Math.PI;
    const focal35mm = (fx * Math.hypot(36, 24)) / Math.hypot(t.width, t.height);
    return {
      camera_height_mm: position_mm[2]! * (1 + r.normal(0, CAMERA_ERRORS.heightRelative)),
      tilt_deg: Math.max(0, Math.min(85, tilt + r.normal(0, CAMERA_ERRORS.tiltDeg))),
      focal_35mm: focal35mm * (1 + r.normal(0, CAMERA_ERRORS.focalGiven)),
    };
  }
  // A sheet as large as A3 around the middle of the objects that stand in the image.
  const seen = t.objects.filter((o) => o.class !== 'table' && o.visible > 0.9 && !o.truncated);
  if (seen.length === 0) return 'no';
  const cx = seen.reduce((s, o) => s + o.base_mm[0] / seen.length, 0);
  const cy = seen.reduce((s, o) => s + o.base_mm[1] / seen.length, 0);
  const mm: Four = [
    [cx - 210, cy + 149],
    [cx + 210, cy + 149],
    [cx + 210, cy - 149],
    [cx - 210, cy - 149],
  ];
  const sigma = CORNER_SIGMA * Math.hypot(t.width, t.height);
  const px = mm.map(([x, y]) => pixelOf(t, x, y));
  if (px.some(([u, v]) => u < 0 || v < 0 || u > t.width || v > t.height)) return 'no';
  return {
    points_px: px.map(([u, v]) => [u + r.normal(0, sigma), v + r.normal(0, sigma)]) as Four,
    points_mm: mm.map(([x, y]) => [x, -y]) as Four,
  };
}

export interface Rendered {
  readonly truth: TruthFile;
  readonly scene: Scene;
  /** Truth ids in the order of the scene's objects. */
  readonly ids: readonly string[];
}

/** What a model found in the image; null when this image does not suit the method or nothing calibrates it. */
export function seenIn(truth: TruthFile, method: RenderedMethod, found: Found): Rendered | null {
  const calibration = known(truth, method, random(truth.seed));
  if (calibration === 'no') return null;
  const scene = sceneFor(truth, calibration, found);
  if (scene.calibration.homography === null) return null;
  // As for a rule that asks for the edge.
  const looked = found.gradient === undefined ? scene : withTableSeen(scene, found.gradient);
  return { truth, scene: looked, ids: truthOf(scene, truth) };
}

/** Ids of the things of the same class that the scene's objects overlap by at least half, best first; '' for none. */
function truthOf(scene: Scene, truth: TruthFile): string[] {
  const ids = scene.objects.map(() => '');
  const pairs = scene.objects.flatMap((o, i) =>
    truth.objects.flatMap((t) => {
      const overlap = t.bbox !== null && t.class === o.class ? iou([...o.bbox, ...t.bbox], 0, 1) : 0;
      return overlap >= 0.5 ? [{ i, id: t.id, overlap }] : [];
    }),
  );
  for (const { i, id } of pairs.sort((a, b) => b.overlap - a.overlap)) {
    if (ids[i] === '' && !ids.includes(id)) ids[i] = id;
  }
  return ids;
}

/** Null when this image does not suit the method. Every trial draws its own errors. */
export function rendered(truth: TruthFile, method: RenderedMethod, noise: number, trial = 0): Rendered | null {
  const r = random(truth.seed + 104_729 * trial);
  const calibration = known(truth, method, r);
  if (calibration === 'no') return null;
  const seen = truth.objects.filter((o) => o.class !== 'table' && o.bbox !== null && o.visible >= 0.5);
  const detections = noisyDetections(seen, noise, r);
  const scene = sceneFor(truth, calibration, { detections, boxNoise: { sigma: noise } });
  const ids = scene.objects.map((o) => seen[detections.findIndex((d) => d.confidence === o.confidence)]!.id);
  return scene.calibration.homography === null ? null : { truth, scene, ids };
}

/** Distances of whole, well visible objects, whatever they stand on; a distance is between their footprints seen from above. */
export function renderedOutcomes(p: Rendered): Outcome[] {
  const clear = (id: string) => {
    const o = p.truth.objects.find((x) => x.id === id)!;
    const index = p.ids.indexOf(id);
    const whole = o.visible >= 0.97 && !o.truncated;
    return whole && index >= 0 && o.class !== 'table' ? p.scene.objects[index]! : null;
  };
  return p.truth.distances.flatMap((d) => {
    const a = clear(d.a);
    const b = clear(d.b);
    // What stands on the other is no distance; see renderedSupports.
    const m = a && b && d.edge_mm > 0 ? distanceBetween(p.scene, a, b, 'edge') : null;
    return m === null ? [] : [{ pair: b!.class, truth: d.edge_mm, value: m.value, sigma: m.sigma }];
  });
}

/** What the scene says about standing on coasters, mats, books and laptops, and whether it is so. */
export function renderedSupports(p: Rendered): { probability: number; truth: boolean }[] {
  return p.scene.objects.flatMap((o, i) => {
    const truth = p.truth.objects.find((x) => x.id === p.ids[i])!;
    if (!['mug', 'glass', 'bottle', 'mouse'].includes(o.class) || truth.visible < 0.9 || truth.truncated) return [];
    return p.scene.objects.flatMap((s, j) => {
      if (!['coaster', 'desk_mat', 'book', 'laptop'].includes(s.class)) return [];
      return [
        { probability: onProbability(o, s.id), truth: truth.on === p.ids[j] || carries(p.truth, truth.on, p.ids[j]!) },
      ];
    });
  });
}

function carries(t: TruthFile, lower: string, id: string): boolean {
  const o = t.objects.find((x) => x.id === lower);
  return o !== undefined && o.class !== 'table' && (o.on === id || carries(t, o.on, id));
}
