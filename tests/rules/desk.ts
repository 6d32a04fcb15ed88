import type { ClassRecall } from '../../src/contract/recall.ts';
import type { Condition, Rule } from '../../src/contract/rule.ts';
import type { Scene, SceneObject, TableEdge, Zone } from '../../src/scene/types.ts';
import { sampleRule } from '../support/samples.ts';

/** Hand-made desks, seen straight from above at `MM_PER_PX`. */
export const MM_PER_PX = 0.5;
const WIDTH = 3200;
const HEIGHT = 2000;

/** Half width and half depth of the rectangle that a class covers, mm. */
const SIZES: Readonly<Record<string, readonly [number, number]>> = {
  laptop: [160, 110],
  keyboard: [220, 65],
  mouse: [30, 55],
  phone: [36, 75],
  book: [75, 110],
  monitor: [270, 90],
  desk_mat: [300, 150],
  bowl: [70, 70],
};

export interface Put {
  readonly class: string;
  readonly x: number;
  readonly y: number;
  /** Of the position, mm. */
  readonly sigma?: number;
  readonly on?: Readonly<Record<string, number>>;
  readonly attributes?: Record<string, string | number>;
  readonly turn?: number;
}

export interface DeskOptions {
  readonly calibrated?: boolean;
  readonly scaleSigma?: number;
  readonly table?: TableEdge['reference'];
  readonly context?: string | null;
  readonly classRecall?: ClassRecall;
  readonly zones?: readonly { name: string; kind?: Zone['kind']; corners: readonly (readonly [number, number])[] }[];
}

const px = (p: { x: number; y: number }) => ({ x: p.x / MM_PER_PX, y: p.y / MM_PER_PX });
const point = ([x, y]: readonly [number, number]) => ({ x, y });

/** Objects are numbered by class in the order given: `mug-1`, `mug-2`, … */
export function desk(things: readonly Put[], options: DeskOptions = {}): Scene {
  const calibrated = options.calibrated ?? true;
  const counts = new Map<string, number>();
  const objects = things.map((put): SceneObject => {
    const n = (counts.get(put.class) ?? 0) + 1;
    counts.set(put.class, n);
    return place(put, `${put.class}-${n}`, calibrated);
  });
  const edge = [point([0, 0]), point([0, HEIGHT / 2]), point([WIDTH / 2, HEIGHT / 2]), point([WIDTH / 2, 0])];
  return {
    width: WIDTH,
    height: HEIGHT,
    ...(options.classRecall && { classRecall: options.classRecall }),
    calibration: {
      method: calibrated ? 'scale' : 'none',
      source: calibrated ? 'request' : 'none',
      homography: calibrated ? [MM_PER_PX, 0, 0, 0, MM_PER_PX, 0, 0, 0, 1] : null,
      mmPerPixel: calibrated ? MM_PER_PX : null,
      scaleSigma: calibrated ? (options.scaleSigma ?? 0) : null,
      residualMm: null,
      references: [],
      assumptions: [],
      reason: calibrated ? null : 'nothing of known size',
    },
    objects,
    zones: (options.zones ?? []).map((zone) => ({
      name: zone.name,
      kind: zone.kind ?? 'zone',
      polygonPx: zone.corners.map(point).map(px),
      polygon: calibrated ? zone.corners.map(point) : null,
    })),
    table: {
      reference: options.table ?? 'declared',
      polygonPx: edge.map(px),
      polygon: calibrated ? edge : null,
      sigma: calibrated ? 0 : null,
    },
    context: options.context ?? null,
  };
}

function place(put: Put, id: string, calibrated: boolean): SceneObject {
  const size = Object.hasOwn(SIZES, put.class) ? SIZES[put.class] : undefined;
  const [w, h] = size ?? [40, 40];
  const round = size === undefined;
  const turn = put.turn ?? 0;
  const corner = (dx: number, dy: number) => ({
    x: put.x + dx * Math.cos(turn) - dy * Math.sin(turn),
    y: put.y + dx * Math.sin(turn) + dy * Math.cos(turn),
  });
  const sigma = put.sigma ?? 0;
  const a = px({ x: put.x - w, y: put.y - h });
  const b = px({ x: put.x + w, y: put.y + h });
  return {
    id,
    class: put.class,
    confidence: 0.9,
    bbox: [a.x, a.y, b.x, b.y],
    footprint: !calibrated
      ? null
      : round
        ? { kind: 'disk', centre: { x: put.x, y: put.y }, radius: w }
        : { kind: 'polygon', points: [corner(-w, -h), corner(-w, h), corner(w, h), corner(w, -h)] },
    covariance: calibrated ? { xx: sigma ** 2, xy: 0, yy: sigma ** 2 } : null,
    outlineSigma: calibrated ? 0 : null,
    on: Object.entries(put.on ?? {})
      .map(([surfaceId, probability]) => ({ surfaceId, probability }))
      .sort((p, q) => q.probability - p.probability),
    attributes: put.attributes ?? {},
  };
}

export function ruleOf(conditions: Condition | readonly Condition[], overrides: Partial<Rule> = {}): Rule {
  const list = Array.isArray(conditions) ? conditions : [conditions as Condition];
  return sampleRule({ conditions: [...list], ...overrides });
}
