import { edgeKnown, edgeRange, standsElsewhere } from '../src/scene/measure.ts';
import { pixelOf, type Rendered, type TruthFile } from '../tests/scene/truth/rendered.ts';

/** How far mugs must be from the edge of the table, mm. */
const REQUIRED = 50;
/** So long a piece of the edge must be seen whole, as a share of the image's width, to be in sight. */
const IN_SIGHT = 0.12;

export const EDGE_HEAD = [
  '| model | method | from | mugs, an edge in sight | decided | of those wrong | all mugs | decided | of those wrong | both ends known | inside | half width, median, mm |',
  '|---|---|---|---|---|---|---|---|---|---|---|---|',
];

/**
 * "Keep mugs at least 50 mm from the edge of the table" on desks with known truth: how many verdicts are decided, how many
 * of those are wrong, and how many of the intervals with two ends hold the truth.
 */
export function edgeRow(desks: readonly Rendered[]): string {
  const all = desks.flatMap((desk) => {
    const inSight = edgeInSight(desk.truth);
    return mugs(desk).map((m) => ({ ...m, inSight }));
  });
  const bounded = all.filter((m) => Number.isFinite(m.high));
  const inside = bounded.filter((m) => m.truth >= m.low && m.truth <= m.high);
  const halves = bounded.map((m) => (m.high - m.low) / 2).sort((a, b) => a - b);
  const half = halves[Math.floor(halves.length / 2)];
  return [
    ...decided(all.filter((m) => m.inSight)),
    ...decided(all),
    bounded.length,
    percent(inside.length, bounded.length),
    half === undefined ? '–' : half.toFixed(0),
  ].join(' | ');
}

const UNKNOWN = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

interface Mug {
  readonly low: number;
  readonly high: number;
  readonly truth: number;
}

function mugs({ truth, scene, ids }: Rendered): Mug[] {
  return scene.objects.flatMap((o, i) => {
    const real = truth.objects.find((t) => t.id === ids[i])?.table_edge_mm;
    // As the rules do: the border of the image alone, or another table, decides nothing.
    const told = edgeKnown(scene) && !standsElsewhere(scene, o);
    const range = o.class !== 'mug' ? null : told ? edgeRange(scene, o) : UNKNOWN;
    return real === undefined || range === null ? [] : [{ ...range, truth: real }];
  });
}

function decided(list: readonly Mug[]) {
  const said = list.filter((m) => m.low >= REQUIRED || m.high < REQUIRED);
  const wrong = said.filter((m) => m.low >= REQUIRED !== m.truth >= REQUIRED);
  return [list.length, percent(said.length, list.length), percent(wrong.length, said.length)];
}

const percent = (n: number, of: number) => (of === 0 ? '–' : `${((100 * n) / of).toFixed(0)} %`);

/** A long enough piece of the table's outline lies in the image and behind no object's box. */
export function edgeInSight(truth: TruthFile): boolean {
  const { width, height, table, objects, others = [] } = truth;
  const boxes = [...objects, ...others].flatMap((o) => (o.class === 'table' || o.bbox === null ? [] : [o.bbox]));
  const outline = table.outline_mm.flatMap(([x, y], i) => {
    const [x2, y2] = table.outline_mm[(i + 1) % table.outline_mm.length]!;
    const steps = Math.max(1, Math.ceil(Math.hypot(x2 - x, y2 - y) / 20));
    return Array.from({ length: steps }, (_, k) => [x + ((x2 - x) * k) / steps, y + ((y2 - y) * k) / steps] as const);
  });
  const pieces = outline.map(([x, y]) => {
    const { R, t } = truth.camera;
    const [u, v] = pixelOf(truth, x, y);
    const before = R[2]![0]! * x + R[2]![1]! * y + t[2]! > 10;
    const inImage = before && u > 2 && v > 2 && u < width - 2 && v < height - 2;
    return inImage && !boxes.some(([x1, y1, x3, y3]) => u >= x1 - 2 && u <= x3 + 2 && v >= y1 - 2 && v <= y3 + 2)
      ? ([u, v] as const)
      : null;
  });
  let first: readonly [number, number] | null = null;
  for (const p of [...pieces, ...pieces]) {
    first = p === null ? null : (first ?? p);
    if (p !== null && first !== null && Math.hypot(p[0] - first[0], p[1] - first[1]) >= IN_SIGHT * width) return true;
  }
  return false;
}
