import { type MarginEvidence, type MarginFeatures, marginFeatures } from './margin-features.ts';
import { BASE, TREES } from './margin-trees.ts';

/** Lengths beyond a thing's outline that are asked about, mm. */
export const MARGINS = [10, 20, 30, 40, 50, 60, 75, 100, 125, 150, 200, 250, 300] as const;

/** Probabilities that the table goes on at least so far beyond a thing's outline, one for each of `MARGINS`; they never grow. */
export function marginsOf(evidence: MarginEvidence): number[] {
  let least = 1;
  return MARGINS.map((length) => {
    least = Math.min(least, marginProbability(marginFeatures(evidence, length)));
    return least;
  });
}

/** Boosted trees, logistic loss; training/table_margin.py. */
function marginProbability(features: MarginFeatures): number {
  let logOdds = BASE;
  for (const [first, limit, left, leftLimit, a, b, right, rightLimit, c, d] of TREES) {
    if (features[first] <= limit) logOdds += features[left] <= leftLimit ? a : b;
    else logOdds += features[right] <= rightLimit ? c : d;
  }
  return 1 / (1 + Math.exp(-logOdds));
}

/** The same at any length between the first and the last; NaN elsewhere. */
export function marginHolds(margins: readonly number[], length: number): number {
  const i = MARGINS.findIndex((m) => m >= length);
  if (i < 0 || length < MARGINS[0]) return Number.NaN;
  if (MARGINS[i] === length) return margins[i]!;
  const t = (length - MARGINS[i - 1]!) / (MARGINS[i]! - MARGINS[i - 1]!);
  return margins[i - 1]! + t * (margins[i]! - margins[i - 1]!);
}

/** The greatest length that the table goes on for with a probability of at least `p`, mm; 0 where it does for none, infinite beyond the last. */
export function marginAt(margins: readonly number[], p: number): number {
  const i = margins.findIndex((m) => m < p);
  if (i < 0) return Number.POSITIVE_INFINITY;
  if (i === 0) return 0;
  const [before, after] = [margins[i - 1]!, margins[i]!];
  return MARGINS[i - 1]! + ((before - p) / (before - after)) * (MARGINS[i]! - MARGINS[i - 1]!);
}
