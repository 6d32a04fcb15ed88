import { buildScene } from '../../../src/scene/build.ts';
import { CAMERA_ERRORS } from '../../../src/scene/calibration/calibrate-camera.ts';
import { distanceToEdge } from '../../../src/scene/measure.ts';
import type { Outcome } from './methods.ts';
import { random } from './random.ts';
import type { TruthFile } from './rendered.ts';

/** How the edge of a rendered table is known: its box as a detector gives it, or the corners of the part in sight. */
export type EdgeSource = 'detected' | 'marked, all in sight' | 'marked, runs out of the image';
export const EDGE_SOURCES = ['marked, all in sight', 'marked, runs out of the image', 'detected'] as const;

type Pair = readonly [number, number];
const MARKED_SIGMA = 0.005;
const BOX_NOISE = 0.02;

/** Distances of whole objects from the edge of their table, method `camera`; empty where the image shows no such table. */
export function edgeOutcomes(t: TruthFile, source: EdgeSource): Outcome[] {
  const r = random(t.seed + 5);
  const { width, height } = t;
  const { R, t: shift, fx, position_mm } = t.camera;
  const project = ([x, y]: Pair): readonly [number, number, number] => {
    const [u, v, w] = R.map((row, i) => row[0]! * x + row[1]! * y + shift[i]!) as [number, number, number];
    return [width / 2 + (fx * u) / w, height / 2 + (fx * v) / w, w];
  };
  const tilt = (Math.acos(-R[2]![2]!) * 180) / Math.PI;
  const focal = (fx * Math.hypot(36, 24)) / Math.hypot(width, height);
  const calibration = {
    camera_height_mm: position_mm[2]! * (1 + r.normal(0, CAMERA_ERRORS.heightRelative)),
    tilt_deg: Math.max(0, Math.min(85, tilt + r.normal(0, CAMERA_ERRORS.tiltDeg))),
    focal_35mm: focal * (1 + r.normal(0, CAMERA_ERRORS.focalGiven)),
  };
  const seen = t.objects.filter((o) => o.bbox !== null && (o.class === 'table' || o.visible >= 0.5));
  const detections = seen.map((o, i) => {
    const [x1, y1, x2, y2] = o.bbox!;
    const [w, h] = [BOX_NOISE * (x2 - x1), BOX_NOISE * (y2 - y1)];
    const noisy = [x1 + r.normal(0, w), y1 + r.normal(0, h), x2 + r.normal(0, w), y2 + r.normal(0, h)] as const;
    const border = [0, 0, width, height];
    const bbox = noisy.map((v, k) => (Math.abs(o.bbox![k]! - border[k]!) < 1 ? border[k]! : v));
    return { class: o.class, confidence: 0.95 - 0.001 * i, bbox: bbox as unknown as typeof noisy };
  });
  let tablePx: Pair[] | null = null;
  if (source !== 'detected') {
    // Rounded corners have five points each; round tables have no corners to mark.
    const outline = t.table.outline_mm;
    if (outline.length !== 20) return [];
    const corners = outline.filter((_, i) => i % 5 === 2).map(project);
    if (corners.some((c) => c[2] < 10)) return [];
    const sigma = MARKED_SIGMA * Math.hypot(width, height);
    const marked = corners.map(([u, v]): Pair => [u + r.normal(0, sigma), v + r.normal(0, sigma)]);
    const whole = marked.every(([u, v]) => u >= 0 && v >= 0 && u <= width && v <= height);
    if (whole !== (source === 'marked, all in sight')) return [];
    tablePx = inImage(marked, width, height);
    if (tablePx.length < 3) return [];
  }
  const scene = buildScene({
    width,
    height,
    detections: detections.filter((d) => source === 'detected' || d.class !== 'table'),
    boxNoise: { sigma: BOX_NOISE },
    focal35mm: null,
    calibration,
    zones: [],
    tablePx,
    context: null,
  });
  // With no edge in sight the product says so and decides nothing.
  if (scene.table.reference === 'image') return [];
  return scene.objects.flatMap((o) => {
    const truth = seen[detections.findIndex((d) => d.confidence === o.confidence)]!;
    if (truth.class === 'table' || truth.visible < 0.97 || truth.truncated || truth.table_edge_mm === undefined)
      return [];
    const m = distanceToEdge(scene, o);
    return m === null ? [] : [{ pair: truth.class, truth: truth.table_edge_mm, value: m.value, sigma: m.sigma }];
  });
}

/** The part of a convex polygon that the image shows. */
function inImage(polygon: readonly Pair[], width: number, height: number): Pair[] {
  const sides: ((p: Pair) => number)[] = [(p) => p[0], (p) => width - p[0], (p) => p[1], (p) => height - p[1]];
  let kept = [...polygon];
  for (const depth of sides) {
    kept = kept.flatMap((p, i) => {
      const q = kept[(i + 1) % kept.length]!;
      const [a, b] = [depth(p), depth(q)];
      const s = a / (a - b);
      const cut: Pair[] = a >= 0 === b >= 0 ? [] : [[p[0] + s * (q[0] - p[0]), p[1] + s * (q[1] - p[1])]];
      return a >= 0 ? [p, ...cut] : cut;
    });
  }
  return kept;
}
