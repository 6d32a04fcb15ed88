import { METHODS, photo } from '../tests/scene/truth/methods.ts';
import { type Stated, statedInPhoto } from '../tests/scene/truth/stated.ts';

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
