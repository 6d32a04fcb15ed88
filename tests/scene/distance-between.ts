import { distanceApart, placed } from '../../src/scene/measure.ts';
import type { Measure, Scene, SceneObject } from '../../src/scene/types.ts';

/** The distance of two objects where they stand. */
export const distanceBetween = (
  scene: Scene,
  a: SceneObject,
  b: SceneObject,
  reference: 'edge' | 'centre',
): Measure | null => distanceApart(scene.calibration, placed(a), placed(b), reference, 0, 0);
