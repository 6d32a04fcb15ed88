import type { CheckableRule } from '../src/rules/applies.ts';
import { evaluateAll } from '../src/rules/evaluate.ts';
import type { Scene, SceneObject } from '../src/scene/types.ts';
import { outlineDistance } from '../tests/scene/truth/desk.ts';
import { METHODS, type Photo, photo } from '../tests/scene/truth/methods.ts';
import type { Rendered } from '../tests/scene/truth/rendered.ts';

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

function statedInPhoto({ desk, scene, truthOf }: Photo, seed: number): Stated[] {
  const placed = new Map(scene.objects.map((o, i) => [o, desk.placed[truthOf[i]!]!]));
  return statedIn(scene, seed, (a, b) => outlineDistance(placed.get(a)!.outline, placed.get(b)!.outline));
}

/** Simulated photos, boxes right to 5 %. */
export const simulatedRows = (photos: number): string[] =>
  METHODS.map((method) => {
    const stated = Array.from({ length: photos }, (_, seed) => photo(seed, method, 0.05)).flatMap((p, seed) =>
      p === null ? [] : statedInPhoto(p, seed),
    );
    return reliabilityRow('simulated', method, stated);
  });

const BINS = [0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.001];

export const RELIABILITY_HEAD = [
  `| desks | method | ${BINS.slice(1)
    .map((high, i) => `${Math.round(100 * BINS[i]!)}–${Math.round(100 * Math.min(1, high))} %`)
    .join(' | ')} |`,
  `|---|---|${BINS.slice(1)
    .map(() => '---|')
    .join('')}`,
];

/** Mean stated and true share of each bin, and how many; what is off by more than chance allows stands in bold. */
export function reliabilityRow(desks: string, method: string, all: readonly Stated[]): string {
  const cells = BINS.slice(1).map((high, i) => {
    const some = all.filter((s) => s.probability >= BINS[i]! && s.probability < high);
    if (some.length === 0) return '–';
    const { stated, held, error } = compared(some);
    const text = `${percent(stated)} → ${percent(held)} (${some.length})`;
    return Math.abs(stated - held) > Math.max(0.05, 2 * error) ? `**${text}**` : text;
  });
  return `| ${desks} | ${method} | ${cells.join(' | ')} |`;
}

/** Mean stated, true share, and the standard error of their difference: desks are independent, cases of one desk are not. */
function compared(some: readonly Stated[]) {
  const n = some.length;
  const stated = some.reduce((sum, s) => sum + s.probability, 0) / n;
  const held = some.filter((s) => s.held).length / n;
  const off = new Map<number, number>();
  for (const s of some) off.set(s.desk, (off.get(s.desk) ?? 0) + Number(s.held) - s.probability - (held - stated));
  const sum = [...off.values()].reduce((total, d) => total + d * d, 0);
  return { stated, held, error: Math.sqrt(sum) / n };
}

const percent = (share: number) => (100 * share).toFixed(0);
