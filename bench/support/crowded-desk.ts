import { EXACT } from '../../src/conflicts/feasibility/desk.ts';
import type { Operator, Rule } from '../../src/contract/rule.ts';
import { withSupports } from '../../src/scene/objects/supports.ts';
import type { Point, Scene, SceneObject } from '../../src/scene/types.ts';

/** A desk of 20 objects with known outlines, 1 px to the mm, and 30 rules about them. */

interface Thing {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  /** Disk … */
  readonly radius?: number;
  /** … or rectangle, mm. */
  readonly width?: number;
  readonly height?: number;
}

/** Standard error of every place along each axis, mm. */
const SIGMA = 4;
const [WIDTH, HEIGHT] = [1600, 800];

const crowded: readonly Thing[] = [
  { id: 'laptop-1', x: 500, y: 250, width: 330, height: 230 },
  { id: 'monitor-1', x: 900, y: 90, width: 230, height: 160 },
  { id: 'keyboard-1', x: 900, y: 380, width: 430, height: 130 },
  { id: 'mouse-1', x: 1190, y: 380, width: 60, height: 110 },
  { id: 'phone-1', x: 240, y: 420, width: 75, height: 150 },
  { id: 'phone-2', x: 1350, y: 200, width: 75, height: 150 },
  { id: 'book-1', x: 150, y: 130, width: 160, height: 230 },
  { id: 'book-2', x: 1450, y: 620, width: 160, height: 230 },
  { id: 'coaster-1', x: 300, y: 680, radius: 50 },
  { id: 'coaster-2', x: 700, y: 680, radius: 50 },
  { id: 'desk_mat-1', x: 900, y: 400, width: 700, height: 300 },
  { id: 'glass-1', x: 1120, y: 700, radius: 35 },
  { id: 'bottle-1', x: 1250, y: 700, radius: 36 },
  { id: 'bowl-1', x: 480, y: 690, radius: 75 },
  { id: 'mug-1', x: 710, y: 260, radius: 40 },
  { id: 'mug-2', x: 1000, y: 500, radius: 40 },
  { id: 'mug-3', x: 330, y: 420, radius: 40 },
  { id: 'mug-4', x: 1400, y: 760, radius: 40 },
  { id: 'mug-5', x: 640, y: 480, radius: 40 },
  { id: 'mug-6', x: 1060, y: 200, radius: 40 },
];

function rectangle(x: number, y: number, w: number, h: number): Point[] {
  return [
    { x: x - w / 2, y: y - h / 2 },
    { x: x - w / 2, y: y + h / 2 },
    { x: x + w / 2, y: y + h / 2 },
    { x: x + w / 2, y: y - h / 2 },
  ];
}

function objectOf({ id, x, y, radius, width = 0, height = 0 }: Thing): SceneObject {
  const [w, h] = radius === undefined ? [width, height] : [2 * radius, 2 * radius];
  return {
    id,
    class: id.replace(/-\d+$/, ''),
    confidence: 0.9,
    bbox: [x - w / 2, y - h / 2, x + w / 2, y + h / 2],
    footprint:
      radius === undefined
        ? { kind: 'polygon', points: rectangle(x, y, w, h) }
        : { kind: 'disk', centre: { x, y }, radius },
    covariance: { xx: SIGMA ** 2, xy: 0, yy: SIGMA ** 2 },
    outlineSigma: 0,
    on: [],
    attributes: {},
  };
}

export function crowdedDesk(): Scene {
  const border = rectangle(WIDTH / 2, HEIGHT / 2, WIDTH, HEIGHT);
  return {
    width: WIDTH,
    height: HEIGHT,
    calibration: EXACT,
    objects: withSupports(crowded.map(objectOf), [], EXACT),
    zones: [],
    table: { reference: 'declared', polygonPx: border, polygon: border, sigma: 0 },
    context: null,
  };
}

let count = 0;
function rule(condition: Rule['conditions'][number], priority: number): Rule {
  count++;
  return {
    rule_id: `rule_b${count}`,
    name: 'a rule',
    type: 'distance',
    conditions: [condition],
    actions: [],
    priority,
    context: null,
    text: null,
    canonical: '',
    assumptions: [],
    source: 'manual',
    enabled: true,
    version: 1,
    created_at: '2025-01-09T12:35:00.000Z',
    updated_at: '2025-01-09T12:35:00.000Z',
    owner: 'bench',
    scope: 'mine',
    created_by: 'bench',
  };
}

export const minDistance = (object1: string, object2: string, value: number, priority: number): Rule =>
  rule({ object1, object2, operator: 'min_distance', value, unit: 'mm' }, priority);

export function thirtyRules(): Rule[] {
  const far: [string, string, number][] = [
    ['mug', 'laptop', 152.4],
    ['mug', 'keyboard', 60],
    ['mug', 'phone', 50],
    ['mug', 'mouse', 60],
    ['mug', 'monitor', 80],
    ['beverage', 'electronics', 50],
    ['mug', 'book', 20],
    ['mug', 'bowl', 30],
    ['glass', 'laptop', 150],
    ['bottle', 'laptop', 150],
    ['bowl', 'laptop', 150],
    ['mug', 'object', 10],
    ['mug', 'mug', 20],
    ['phone', 'bottle', 80],
    ['book', 'glass', 80],
    ['mouse', 'bowl', 80],
    ['mug', 'glass', 20],
    ['mug', 'bottle', 20],
    ['keyboard', 'bottle', 100],
    ['keyboard', 'glass', 100],
  ];
  const others: [string, Operator, string | undefined, number | undefined][] = [
    ['mug', 'min_edge_distance', 'table', 50],
    ['glass', 'min_edge_distance', 'table', 30],
    ['bottle', 'min_edge_distance', 'table', 30],
    ['phone', 'min_edge_distance', 'table', 20],
    ['mug', 'not_on', 'laptop', undefined],
    ['mug', 'not_on', 'keyboard', undefined],
    ['mug', 'not_on', 'book', undefined],
    ['mug', 'in_front_of', 'monitor', undefined],
    ['mug', 'count_max', undefined, 8],
    ['mug', 'max_distance', 'desk_mat', 900],
  ];
  return [
    ...far.map(([a, b, mm], i) => minDistance(a, b, mm, 1 + (i % 9))),
    ...others.map(([object1, operator, object2, value], i) =>
      rule(
        {
          object1,
          operator,
          ...(object2 && { object2 }),
          ...(value !== undefined && { value, unit: value === 8 ? 'count' : 'mm' }),
        },
        1 + (i % 9),
      ),
    ),
  ];
}
