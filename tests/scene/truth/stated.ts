import type { CheckableRule } from '../../../src/rules/applies.ts';
import { evaluateAll } from '../../../src/rules/evaluate.ts';
import type { Scene, SceneObject } from '../../../src/scene/types.ts';
import { outlineDistance } from './desk.ts';
import type { Photo } from './methods.ts';
import type { Rendered } from './rendered.ts';

/** What a verdict said of how probable it is that the rule holds, and whether it did. */
export interface Stated {
  /** Cases of one desk share its errors. */
  readonly desk: number;
  readonly probability: number;
  readonly held: boolean;
}

/** Mugs must be so far from everything, mm. */
const LENGTHS = [50, 100, 150, 200, 300];

const RULES: readonly CheckableRule[] = LENGTHS.map((value) => ({
  rule_id: String(value),
  context: null,
  conditions: [{ object1: 'mug', operator: 'min_distance', object2: 'object', value, unit: 'mm' }],
}));

/** Everything must be so far from the edge of the table, mm. */
const MARGINS = [25, 50, 100, 150, 200];

const EDGE_RULES: readonly CheckableRule[] = MARGINS.map((value) => ({
  rule_id: String(value),
  context: null,
  conditions: [{ object1: 'object', operator: 'min_edge_distance', object2: 'table', value, unit: 'mm' }],
}));

/** Every verdict about the edge of the table that states a probability, on a rendered desk. */
export function edgesStatedOnDesk({ truth, scene, ids }: Rendered): Stated[] {
  const idOf = new Map(scene.objects.map((o, i) => [o.id, ids[i]]));
  return evaluateAll(EDGE_RULES, scene).flatMap(({ objects: [id], probability, required }) => {
    const real = truth.objects.find((t) => t.id === idOf.get(id ?? ''))?.table_edge_mm;
    if (real === undefined || required === null || typeof probability !== 'number') return [];
    return [{ desk: truth.seed, probability, held: real >= required }];
  });
}

/** Every verdict of those rules that states a probability, where the true distance (mm) of the two objects is known. */
function statedIn(scene: Scene, desk: number, truth: (a: SceneObject, b: SceneObject) => number | null): Stated[] {
  const byId = new Map(scene.objects.map((o) => [o.id, o]));
  return evaluateAll(RULES, scene).flatMap(({ objects, probability, required }) => {
    const [a, b] = objects.map((id) => byId.get(id));
    const distance = a && b ? truth(a, b) : null;
    if (distance === null || required === null || typeof probability !== 'number') return [];
    return [{ desk, probability, held: distance >= required }];
  });
}

/** On a rendered desk. */
export function statedOnDesk({ truth, scene, ids }: Rendered): Stated[] {
  const idOf = new Map(scene.objects.map((o, i) => [o, ids[i]]));
  return statedIn(scene, truth.seed, (a, b) => {
    const [p, q] = [idOf.get(a), idOf.get(b)];
    const known = truth.distances.find((d) => (d.a === p && d.b === q) || (d.a === q && d.b === p));
    return known?.edge_mm ?? null;
  });
}

/** In a simulated photo. */
export function statedInPhoto({ desk, scene, truthOf }: Photo, seed: number): Stated[] {
  const placed = new Map(scene.objects.map((o, i) => [o, desk.placed[truthOf[i]!]!]));
  return statedIn(scene, seed, (a, b) => outlineDistance(placed.get(a)!.outline, placed.get(b)!.outline));
}
