import { withSupports } from '../../scene/objects/supports.ts';
import type { Calibration, Footprint, Point, Scene, SceneObject } from '../../scene/types.ts';
import { halfExtent, typicalBase } from './typical-size.ts';

/** A common office desk, mm. A convention: rules that cannot hold on it may hold on a larger one. */
export const DESK = { width: 1600, depth: 800 } as const;

/** Everything is known exactly: the question is what the rules allow, not what an image shows. One pixel is one mm. */
export const EXACT: Calibration = {
  method: 'scale',
  source: 'request',
  homography: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  mmPerPixel: 1,
  scaleSigma: 0,
  residualMm: null,
  references: [],
  assumptions: [],
  reason: null,
};

const BORDER: readonly Point[] = rectangle(DESK.width / 2, DESK.depth / 2, DESK.width / 2, DESK.depth / 2);

export interface Standing {
  readonly class: string;
  readonly x: number;
  readonly y: number;
}

/** The reference desk with these objects on it; `attributes` is what all of them are, e.g. hot. */
export function deskWith(standing: readonly Standing[], context: string | null, attributes: readonly string[]): Scene {
  const counts = new Map<string, number>();
  const known = Object.fromEntries(attributes.map((name) => [name, 'yes']));
  const objects = standing.map((one): SceneObject => {
    const n = (counts.get(one.class) ?? 0) + 1;
    counts.set(one.class, n);
    const [w, h] = halfExtent(typicalBase(one.class));
    return {
      id: `${one.class}-${n}`,
      class: one.class,
      confidence: 1,
      bbox: [one.x - w, one.y - h, one.x + w, one.y + h],
      footprint: footprintOf(one),
      covariance: { xx: 0, xy: 0, yy: 0 },
      outlineSigma: 0,
      on: [],
      attributes: known,
    };
  });
  return {
    width: DESK.width,
    height: DESK.depth,
    calibration: EXACT,
    objects: withSupports(objects, [], EXACT),
    zones: [],
    table: { reference: 'declared', polygonPx: BORDER, polygon: BORDER, sigma: 0 },
    context,
  };
}

function footprintOf(object: Standing): Footprint {
  const base = typicalBase(object.class);
  if (base.kind === 'disk') return { kind: 'disk', centre: { x: object.x, y: object.y }, radius: base.radius };
  return { kind: 'polygon', points: rectangle(object.x, object.y, base.width / 2, base.depth / 2) };
}

function rectangle(x: number, y: number, w: number, h: number): Point[] {
  return [
    { x: x - w, y: y - h },
    { x: x - w, y: y + h },
    { x: x + w, y: y + h },
    { x: x + w, y: y - h },
  ];
}
