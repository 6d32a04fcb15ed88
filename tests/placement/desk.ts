import { EXACT } from '../../src/conflicts/feasibility/desk.ts';
import type { Condition, Rule } from '../../src/contract/rule.ts';
import { evaluateAll } from '../../src/rules/evaluate.ts';
import { withSupports } from '../../src/scene/objects/supports.ts';
import type { Calibration, Footprint, Point, Scene, SceneObject, Zone } from '../../src/scene/types.ts';

/** Small desks with known geometry: 1 px is 1 mm, so that every number of a test can be read off. */

export const MM = EXACT;

export const NO_MM: Calibration = {
  ...MM,
  method: 'none',
  source: 'none',
  homography: null,
  mmPerPixel: null,
  scaleSigma: null,
  reason: 'nothing of known size is in the image',
};

export interface Thing {
  readonly id: string;
  readonly class?: string;
  readonly x: number;
  readonly y: number;
  /** Disk … */
  readonly radius?: number;
  /** … or rectangle. */
  readonly width?: number;
  readonly height?: number;
  /** Standard error of the position along each axis, mm. */
  readonly sigma?: number;
}

export interface DeskOptions {
  readonly width?: number;
  readonly height?: number;
  readonly calibration?: Calibration;
  readonly zones?: readonly Zone[];
  readonly edge?: Scene['table']['reference'];
  readonly context?: string;
}

const classOf = (thing: Thing) => thing.class ?? thing.id.replace(/-\d+$/, '');

function footprintOf(thing: Thing): Footprint {
  if (thing.radius !== undefined) return { kind: 'disk', centre: { x: thing.x, y: thing.y }, radius: thing.radius };
  return { kind: 'polygon', points: rectangle(thing.x, thing.y, thing.width ?? 100, thing.height ?? 60) };
}

export function rectangle(x: number, y: number, width: number, height: number): Point[] {
  const [w, h] = [width / 2, height / 2];
  return [
    { x: x - w, y: y - h },
    { x: x - w, y: y + h },
    { x: x + w, y: y + h },
    { x: x + w, y: y - h },
  ];
}

export function desk(things: readonly Thing[], options: DeskOptions = {}): Scene {
  const width = options.width ?? 1200;
  const height = options.height ?? 700;
  const calibration = options.calibration ?? MM;
  const measured = calibration.homography !== null;
  const objects = things.map((thing): SceneObject => {
    const half = { x: thing.radius ?? (thing.width ?? 100) / 2, y: thing.radius ?? (thing.height ?? 60) / 2 };
    const variance = (thing.sigma ?? 0) ** 2;
    return {
      id: thing.id,
      class: classOf(thing),
      confidence: 0.9,
      bbox: [thing.x - half.x, thing.y - half.y, thing.x + half.x, thing.y + half.y],
      footprint: measured ? footprintOf(thing) : null,
      covariance: measured ? { xx: variance, xy: 0, yy: variance } : null,
      outlineSigma: measured ? 0 : null,
      on: [],
      attributes: {},
    };
  });
  const border = rectangle(width / 2, height / 2, width, height);
  const zones = options.zones ?? [];
  return {
    width,
    height,
    calibration,
    objects: withSupports(objects, zones, calibration),
    zones,
    table: {
      reference: options.edge ?? 'declared',
      polygonPx: border,
      polygon: measured ? border : null,
      sigma: measured ? 0 : null,
    },
    context: options.context ?? null,
  };
}

export function zone(name: string, points: readonly Point[], kind: Zone['kind'] = 'zone', measured = true): Zone {
  return { name, kind, polygonPx: points, polygon: measured ? points : null };
}

let count = 0;
/** A rule of one or more conditions. */
export function rule(conditions: Condition | readonly Condition[], extra: Partial<Rule> = {}): Rule {
  count++;
  const list = Array.isArray(conditions) ? conditions : [conditions as Condition];
  return {
    rule_id: `rule_t${count}`,
    name: 'a rule',
    type: 'distance',
    conditions: [...list],
    actions: [],
    priority: 8,
    context: null,
    text: null,
    canonical: '',
    assumptions: [],
    source: 'manual',
    enabled: true,
    version: 1,
    created_at: '2025-01-09T12:35:00.000Z',
    updated_at: '2025-01-09T12:35:00.000Z',
    created_by: 'test',
    owner: 'local',
    scope: 'mine',
    ...extra,
  };
}

export const minDistance = (object1: string, object2: string, value: number, extra: Partial<Rule> = {}): Rule =>
  rule({ object1, object2, operator: 'min_distance', value, unit: 'mm' }, extra);
export const maxDistance = (object1: string, object2: string, value: number, extra: Partial<Rule> = {}): Rule =>
  rule({ object1, object2, operator: 'max_distance', value, unit: 'mm' }, extra);

/** True when every verdict that applies is satisfied. */
export const allSatisfied = (rules: readonly Rule[], scene: Scene): boolean =>
  evaluateAll(rules, scene).every((v) => v.verdict === 'satisfied' || v.verdict === 'not_applicable');
