import { projectToTable } from '../../../src/scene/objects/project.ts';
import type { Outcome } from './methods.ts';
import { random } from './random.ts';
import { noisyDetections, pixelOf, sceneFor, type TruthFile } from './rendered.ts';

/** `value`: log of measured over true of 200 mm on the table, where the objects stand that the scale rests on. */
export interface ScaleOutcome extends Outcome {
  readonly references: number;
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
  const detections = noisyDetections(used, noise, r);
  const { calibration } = sceneFor(truth, null, { detections, boxNoise: { sigma: noise } });
  if (calibration.homography === null || calibration.scaleSigma === null) return null;
  const at = (axis: 0 | 1) => used.reduce((sum, o) => sum + o.base_mm[axis] / used.length, 0);
  const [a, b] = [-HALF, HALF].map((dx) => {
    const [x, y] = pixelOf(truth, at(0) + dx, at(1));
    return projectToTable(calibration, { x, y });
  });
  const measured = Math.hypot(a!.x - b!.x, a!.y - b!.y);
  return {
    pair: 'scale',
    truth: 0,
    value: Math.log(measured / (2 * HALF)),
    sigma: calibration.scaleSigma,
    references: calibration.references.length,
  };
}
