import type { Computation } from '../ports/computing.ts';
import { buildScene } from '../scene/build.ts';
import type { SceneInput } from '../scene/input.ts';
import type { Scene } from '../scene/types.ts';

/** Sampling where one object stands, and what it may stand on, ms. */
export const OBJECT_MS = 3;

/** Pixels become millimetres. */
export const MEASURE: Computation<SceneInput, Scene> = {
  name: 'measure',
  run: buildScene,
  ms: ({ detections }) => OBJECT_MS * detections.length,
};
