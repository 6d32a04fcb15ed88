import { Z90 } from '../src/contract/verdict.ts';
import { distanceBetween } from '../tests/scene/distance-between.ts';
import type { Rendered } from '../tests/scene/truth/rendered.ts';

/** How far a mug must be from things of a class, edge to edge, mm: 6 inches from laptops, as in the manual. */
const REQUIRED: Readonly<Record<string, number>> = { laptop: 152.4, keyboard: 150, phone: 100, mouse: 100, book: 100 };

/**
 * "Keep mugs at least so far away from …" on desks with known truth, all things that were found as what they are, hidden
 * and cut off ones too: how many verdicts are decided, how many of those are wrong, and how sharp the intervals are.
 */
export function decisionRow(desks: readonly Rendered[]): string {
  const all = desks.flatMap(measured);
  const decided = all.filter((m) => Math.abs(m.value - m.required) > Z90 * m.sigma);
  const wrong = decided.filter((m) => m.value >= m.required !== m.truth >= m.required);
  const error = (m: Measured) => Math.abs(m.value - m.truth);
  const halfWidth = quantile(
    all.map((m) => Z90 * m.sigma),
    0.5,
  );
  const [median, most] = [0.5, 0.9].map((p) => quantile(all.map(error), p)) as [number, number];
  const inside = all.filter((m) => error(m) <= Z90 * m.sigma).length;
  return [
    all.length,
    percent(decided.length, all.length),
    percent(wrong.length, decided.length),
    halfWidth.toFixed(0),
    `${median.toFixed(0)} / ${most.toFixed(0)}`,
    percent(inside, all.length),
    (halfWidth / most).toFixed(2),
  ].join(' | ');
}

interface Measured {
  readonly value: number;
  readonly sigma: number;
  readonly truth: number;
  readonly required: number;
}

function measured({ truth, scene, ids }: Rendered): Measured[] {
  return truth.distances.flatMap(({ a, b, edge_mm }) => {
    const [mug, other] = [a, b].map((id) => scene.objects[ids.indexOf(id)]);
    const required = other && Object.hasOwn(REQUIRED, other.class) ? REQUIRED[other.class] : undefined;
    if (!mug || !other || required === undefined) return [];
    const m = distanceBetween(scene, mug, other, 'edge');
    return m === null ? [] : [{ value: m.value, sigma: m.sigma, truth: edge_mm, required }];
  });
}

function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

const percent = (n: number, of: number) => `${((100 * n) / Math.max(1, of)).toFixed(0)} %`;
