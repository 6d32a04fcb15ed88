import type { EdgeFeatures } from './edge-candidates.ts';
import { BASE, TREES } from './edge-trees.ts';

/** Probability that a line of the image is the table's edge (boosted trees, logistic loss; training/table_edge.py). */
export function edgeProbability(features: EdgeFeatures): number {
  let logOdds = BASE;
  for (const [first, limit, left, leftLimit, a, b, right, rightLimit, c, d] of TREES) {
    if (features[first] <= limit) logOdds += features[left] <= leftLimit ? a : b;
    else logOdds += features[right] <= rightLimit ? c : d;
  }
  return 1 / (1 + Math.exp(-logOdds));
}
