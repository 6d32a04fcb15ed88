import type { Box, Detection } from '../../src/contract/detection.ts';
import { buildScene } from '../../src/scene/build.ts';
import type { SceneInput } from '../../src/scene/input.ts';
import type { Scene, SceneObject } from '../../src/scene/types.ts';

export const seen = (name: string, bbox: Box, confidence = 0.9): Detection => ({ class: name, bbox, confidence });

export function sceneOf(detections: readonly Detection[], input: Partial<SceneInput> = {}): Scene {
  return buildScene({
    width: 1000,
    height: 800,
    detections,
    boxNoise: { sigma: 0.02 },
    focal35mm: null,
    calibration: { mm_per_pixel: 1 },
    zones: [],
    tablePx: null,
    context: null,
    ...input,
  });
}

export function byId(scene: Scene, id: string): SceneObject {
  const found = scene.objects.find((o) => o.id === id);
  if (found === undefined) throw new Error(`no ${id} in ${scene.objects.map((o) => o.id)}`);
  return found;
}

/** An object whose footprint is given: for tests of the measures alone. */
export function disk(id: string, x: number, y: number, radius: number, sigma = 0): SceneObject {
  return {
    id,
    class: id.split('-')[0]!,
    confidence: 1,
    bbox: [x - radius, y - radius, x + radius, y + radius],
    footprint: { kind: 'disk', centre: { x, y }, radius },
    covariance: { xx: sigma ** 2, xy: 0, yy: sigma ** 2 },
    outlineSigma: 0,
    on: [],
    attributes: {},
  };
}

export function block(id: string, x: number, y: number, w: number, d: number, turn = 0): SceneObject {
  const c = Math.cos(turn);
  const s = Math.sin(turn);
  const points = (
    [
      [w / 2, d / 2],
      [w / 2, -d / 2],
      [-w / 2, -d / 2],
      [-w / 2, d / 2],
    ] as const
  ).map(([u, v]) => ({ x: x + c * u - s * v, y: y + s * u + c * v }));
  return {
    ...disk(id, x, y, Math.hypot(w, d) / 2),
    footprint: { kind: 'polygon', points },
  };
}
