import { buildScene } from '../../../src/scene/build.ts';
import { projectToTable } from '../../../src/scene/project.ts';
import type { Detection } from '../../../src/vision/detection.ts';
import { random } from './random.ts';
import type { TruthFile } from './rendered.ts';

/** How long 200 mm on the table come out where the objects stand that the scale rests on. */
export interface ScaleOutcome {
  readonly references: number;
  /** Measured over true. */
  readonly ratio: number;
  /** Stated relative error, one sigma. */
  readonly sigma: number;
}

const HALF = 100;

/** From nothing but the noisy boxes of whole objects of these classes; null where they calibrate nothing. */
export function scaleOutcome(
  truth: TruthFile,
  classes: readonly string[],
  noise: number,
  trial = 0,
): ScaleOutcome | null {
  const r = random(truth.seed + 15_485_863 * (trial + 1));
  const used = truth.objects.filter((o) => classes.includes(o.class) && o.bbox && o.visible >= 0.9 && !o.truncated);
  const detections = used.map((o, i): Detection => {
    const [x1, y1, x2, y2] = o.bbox!;
    const [w, h] = [noise * (x2 - x1), noise * (y2 - y1)];
    const bbox = [x1 + r.normal(0, w), y1 + r.normal(0, h), x2 + r.normal(0, w), y2 + r.normal(0, h)] as const;
    return { class: o.class, confidence: 0.95 - 0.001 * i, bbox };
  });
  const { width, height, camera } = truth;
  const given = { width, height, detections, boxNoise: { sigma: noise }, focal35mm: null, calibration: null };
  const { calibration } = buildScene({ ...given, zones: [], tablePx: null, context: null });
  if (calibration.homography === null || calibration.scaleSigma === null) return null;
  const at = (axis: 0 | 1) => used.reduce((sum, o) => sum + o.base_mm[axis] / used.length, 0);
  const [x, y] = [at(0), at(1)];
  const [a, b] = [-HALF, HALF].map((dx) => {
    const [u, v, w] = camera.R.map((row, i) => row[0]! * (x + dx) + row[1]! * y + camera.t[i]!) as [
      number,
      number,
      number,
    ];
    return projectToTable(calibration, { x: width / 2 + (camera.fx * u) / w, y: height / 2 + (camera.fx * v) / w });
  });
  return {
    references: calibration.references.length,
    ratio: Math.hypot(a!.x - b!.x, a!.y - b!.y) / (2 * HALF),
    sigma: calibration.scaleSigma,
  };
}
